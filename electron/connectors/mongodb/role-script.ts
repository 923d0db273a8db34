import type { RoleNeeds } from '../../engine/port/connector.ts';
import { parseAddress } from './address.ts';
import { MARKER_COLLECTION } from './marker-collection.ts';

export const READS = ['find', 'listCollections', 'listIndexes', 'changeStream'];
export const WRITES = ['insert', 'update', 'remove'];

/** For mongosh: a role with what Tandem does to one database, and a user who has it. The password is asked for. */
export function roleScript(url: string, { writes, marker }: RoleNeeds): string {
  const { database, label } = parseAddress(url);
  const role = `tandem_${database}`;
  const whole = { resource: { db: database, collection: '' }, actions: writes ? [...READS, ...WRITES] : READS };
  const own = {
    resource: { db: database, collection: MARKER_COLLECTION },
    actions: ['createCollection', 'find', ...WRITES],
  };
  const privileges = [whole, ...(marker ? [own] : [])];
  const quoted = JSON.stringify;
  return [
    `// What Tandem needs on ${label}, and nothing else. Run it in mongosh as an administrator.`,
    `db.getSiblingDB(${quoted(database)}).createRole({`,
    `  role: ${quoted(role)},`,
    '  privileges: [',
    ...privileges.map((each) => `    ${quoted(each)},`),
    '  ],',
    '  roles: [],',
    '});',
    '// The password is asked for and stands nowhere.',
    `db.getSiblingDB(${quoted(database)}).createUser({`,
    '  user: "tandem",',
    '  pwd: passwordPrompt(),',
    `  roles: [{ role: ${quoted(role)}, db: ${quoted(database)} }],`,
    '});',
    `// The user was made in ${database}: its address needs authSource=${database}.`,
    '// Only to create collections that are missing (pair add --create), for as long as that takes:',
    `// db.getSiblingDB(${quoted(database)}).grantPrivilegesToRole(${quoted(role)}, [${quoted({ resource: { db: database, collection: '' }, actions: ['createCollection', 'createIndex', 'dropCollection', 'dropIndex'] })}]);`,
  ].join('\n');
}

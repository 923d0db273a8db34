import type { Rights } from '../../engine/port/connector.ts';
import type { MongoDatabase } from './mongo-database.ts';
import { READS, WRITES } from './role-script.ts';

interface Privilege {
  readonly resource?: { readonly db?: unknown; readonly collection?: unknown; readonly anyResource?: unknown };
  readonly actions?: unknown;
}

export interface AuthInfo {
  readonly authenticatedUsers?: unknown;
  readonly authenticatedUserRoles?: unknown;
  readonly authenticatedUserPrivileges?: unknown;
}
interface Role {
  readonly role?: unknown;
  readonly db?: unknown;
}

/** Roles that every server has, by what they allow on one database, or (of `admin`) on all of them. */
const WRITERS: ReadonlySet<unknown> = new Set(['readWrite', 'dbOwner']);
const WRITERS_OF_ALL: ReadonlySet<unknown> = new Set(['readWriteAnyDatabase', 'root', 'atlasAdmin', '__system']);
const READERS: ReadonlySet<unknown> = new Set(['read', 'readAnyDatabase']);

/** Where a server lists no rights, its own roles tell them; of others nobody knows. */
function missingOf(name: string, roles: unknown): readonly string[] | null {
  const own = (Array.isArray(roles) ? (roles as Role[]) : []).filter(({ db }) => db === name || db === 'admin');
  if (own.some(({ role, db }) => (WRITERS.has(role) && db === name) || WRITERS_OF_ALL.has(role))) return [];
  return own.length > 0 && own.every(({ role }) => READERS.has(role)) ? WRITES : null;
}

/** Without these everything works: changes are found by a full scan, and indexes are looked at less closely. */
const LUXURY: ReadonlySet<string> = new Set(['changeStream']);

/** What the server says this user may do here. */
export async function rightsOn(database: MongoDatabase): Promise<Rights> {
  const doing = { operation: 'open', what: 'Asking for the rights of this user' };
  const answer = await database.attempt(doing, () =>
    database.db.command({ connectionStatus: 1, showPrivileges: true }),
  );
  return rightsIn(database.name, (answer as { readonly authInfo?: AuthInfo }).authInfo);
}

/** As `connectionStatus` tells them; on a server without users everything is allowed. */
export function rightsIn(name: string, authInfo: AuthInfo | undefined): Rights {
  const users = authInfo?.authenticatedUsers;
  if (Array.isArray(users) && users.length === 0) return { missing: [], asked: false };
  const privileges = authInfo?.authenticatedUserPrivileges;
  if (!Array.isArray(privileges) || privileges.length === 0)
    return { missing: missingOf(name, authInfo?.authenticatedUserRoles), asked: true };
  const allowed = new Set((privileges as Privilege[]).filter((each) => isOf(name, each)).flatMap(actionsOf));
  const missing = [...READS, ...WRITES].filter((action) => !allowed.has(action) && !LUXURY.has(action));
  // Which collections a pair will have nobody knows yet.
  const inPart = missing.length > 0 && (privileges as Privilege[]).some((each) => isOfOne(name, each));
  return { missing: inPart ? null : missing, asked: true };
}

/** Of the whole database. */
const isOf = (name: string, { resource }: Privilege): boolean =>
  resource?.anyResource === true || (resource?.collection === '' && (resource.db === '' || resource.db === name));

const isOfOne = (name: string, { resource }: Privilege): boolean =>
  resource?.db === name && typeof resource.collection === 'string' && /^(?!system\.)./.test(resource.collection);

const actionsOf = ({ actions }: Privilege): string[] => (Array.isArray(actions) ? actions.map(String) : []);

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { autoLimits, autoRules } from '../shared/config/auto-rules.ts';
import { collectionOptionTable } from '../shared/config/collection-options.ts';
import { globalOptionTable } from '../shared/config/global-options.ts';
import type { Option, OptionTable } from '../shared/config/option.ts';
import { pairOptionTable } from '../shared/config/pair-options.ts';

/** Writes docs/configuration.md from the option tables; with `--check` fails if the file is not current. */
const path = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));

export function configurationPage(): string {
  return `# Configuration

Written by \`node build/config-docs.ts\` from the tables in \`shared/config\`; do not edit it by hand.

One file, \`tandem.yaml\`: below the home that \`--home\` or \`TANDEM_HOME\` names, else in the folder that the platform has for settings
(Linux \`~/.config/tandem\`, macOS \`~/Library/Application Support/Tandem\`, Windows \`%APPDATA%\\Tandem\`). Comments and order survive a
change by the program. An unknown key is an error that names the nearest known one, with exit code 3, and nothing is changed. The last file
that worked is kept beside it as \`tandem.yaml.last-good\`. Passwords never stand in it.

\`\`\`
tandem config show              every setting with its value, default and origin
tandem config set KEY=VALUE     of the program, or of the only pair; with --pair of one pair
tandem config check             what is wrong with the file, with lines
\`\`\`

## Two MongoDB databases from \`.env\`

In a folder whose \`.env\` holds these variables, \`tandem status\`, \`sync\`, \`plan\`, \`compare\`, \`conflicts\`, \`resolve\`, \`auto-resolve\`, \`config\` and
\`watch\` work without any set-up: the pair is made by the first of them, and a command that names no pair is about this one.

| variable | meaning |
| --- | --- |
| \`MONGODB_LOCAL_URL\` | \`mongodb://…\` of this computer; without it the \`.env\` means nothing |
| \`MONGODB_CLOUD_URL\` | \`mongodb+srv://…\` or \`mongodb://…\` of the remote side; without it: \`Remote database not configured\` |
| \`DATABASE_NAME\` | the database on both sides, put into addresses that name none; the pair is named after it |

Variables of the environment win over the file. Passwords go to the store of passwords and into no other file. When an address or a password in the
\`.env\` changes, the pair changes with the next command: a new password keeps base and history, another database is a new beginning.
A password in an address on the command line goes to the store of passwords as well, but other users of the computer see it in the list
of processes while that command runs, and the shell keeps it in its history. An address without it (\`mongodb://USER@HOST/DATABASE\`) and
the variable \`TANDEM_SECRET_<PAIR>_<SIDE>\` avoid both.
Such a pair has the defaults \`batchSize\` 100 and \`newCollections\` true. \`tandem doctor\` names a \`.env\` that others can read or that git does not ignore.

## The program

${tableOf(globalOptionTable)}

## One pair

Below \`pairs: NAME:\`, beside \`a\` and \`b\` (each with \`name\` and \`url\`), \`direction\` (\`both\`, \`a-to-b\`, \`b-to-a\`) and \`collections\`.

${tableOf(pairOptionTable)}

### What \`auto\` decides

The strategy \`auto\` and the command \`tandem auto-resolve\` take the first rule that fits:

${autoRules.map((rule, i) => `${i + 1}. ${rule}`).join('\n')}

${autoLimits}

## One collection

Below \`pairs: NAME: collections: NAME:\`, beside \`a\` and \`b\` (what each side calls it), \`key\` and \`fields\` (a name, or \`name\`, \`a\` and \`b\`).
On the command line: \`tandem config set collections.NAME.KEY=VALUE\`. \`tandem config show\` and \`tandem pair show\` say what was set so. A list of names
is given with commas (\`collections.users.touch=name,city\`), a map and a list of lists as JSON or YAML
(\`'collections.users.fieldPolicy={"city": "remote"}'\`, \`'collections.users.groups=[[street, city]]'\`). \`newest\` decides nothing before \`newestBy\`
names a field: \`config set\`, \`config check\` and \`doctor\` say so.

${tableOf(collectionOptionTable)}
`;
}

function tableOf(table: OptionTable): string {
  const rows = Object.entries(table).map(
    ([key, option]) =>
      `| \`${key}\` | ${valuesOf(option)} | \`${JSON.stringify(option.default)}\` | ${textOf(option)} |`,
  );
  return ['| key | takes | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function textOf({ description, env, secret }: Option): string {
  return `${description}${env === undefined ? '' : ` The variable \`${env}\` wins over the file.`}${secret ? ' Kept by the secret store, never in the file.' : ''}`;
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema;
}

function valuesOf({ schema }: Option): string {
  return words(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema);
}

function words(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map(words).join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  switch (schema.type) {
    case 'boolean':
      return '`true`, `false`';
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'whole number' : 'number'}${range(schema)}`;
    case 'array':
      return `list of ${schema.items?.type === 'array' ? 'lists of names' : 'names'}`;
    case 'object':
      return `name → ${words(schema.additionalProperties ?? {})}`;
    case 'null':
      return '`null`';
    default:
      return 'text';
  }
}

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const from = minimum ?? exclusiveMinimum;
  const known = (n: number | undefined): n is number => n !== undefined && Math.abs(n) < Number.MAX_SAFE_INTEGER;
  if (known(from) && known(maximum)) return `, ${exclusiveMinimum === undefined ? '' : 'above '}${from} to ${maximum}`;
  return known(from) ? `, from ${from}` : '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) writeFileSync(path, configurationPage());
  else if (readFileSync(path, 'utf8') !== configurationPage()) {
    console.error('docs/configuration.md is not current: run node build/config-docs.ts');
    process.exitCode = 1;
  }
}

import { statfsSync, statSync } from 'node:fs';
import { FROM_ENVIRONMENT } from '../../shared/config/schema.ts';
import type { WireDoctor } from '../../shared/contract/system-shapes.ts';
import { countText } from '../../shared/lib/count-text.ts';
import { sizeText } from '../../shared/lib/size-text.ts';
import { captureText } from '../../shared/model/capture-text.ts';
import { takeInCommand } from '../../shared/model/take-in.ts';
import type { WireNotInPair } from '../../shared/contract/run-shapes.ts';
import { shellQuote } from '../../shared/lib/shell-quote.ts';
import type { Connector } from '../engine/port/connector.ts';
import type { SideSchema } from '../engine/port/schema.ts';
import type { PairStatus } from '../engine/reports/pair.ts';
import type { SideName } from '../engine/settings.ts';
import { unlikeTraits } from '../engine/compare-traits.ts';
import { notInPairName } from '../engine/not-in-pair.ts';
import { toAppError } from './dispatcher.ts';
import type { Host } from './host/host.ts';
import { cloudSign } from './host/state-folder.ts';
import { pairNames } from './handlers/common.ts';
import { unlikeText } from './handlers/tell.ts';
import type { OpenPair } from './host/pair-pool.ts';
import { checkEnvFile } from './env-check.ts';
import { explained } from './pairs/news.ts';
import { notSynced } from './pairs/not-synced.ts';
import { holdsAddress } from './settings/env-file.ts';
import { undecidedRules } from './settings/undecided.ts';

type Check = WireDoctor['checks'][number];
const ok = (name: string, text: string): Check => ({ name, ok: 'ok', text, hint: '' });
const attention = (name: string, text: string, hint: string): Check => ({ name, ok: 'attention', text, hint });

const LOW_BYTES = 512 * 1024 * 1024;

/** Looks at everything that has to be right before a sync can be; changes nothing. */
export async function doctor(host: Host, pair: string | undefined, env?: string): Promise<WireDoctor> {
  const checks = [program(host), folder(host), space(host), configuration(host), secrets(host), await state(host)];
  for (const each of envFolders(host, env)) checks.push(...(await checkEnvFile(each)));
  if (host.config.check().length === 0)
    for (const name of pairNames(host, pair)) checks.push(...rulesOf(host, name), ...(await sides(host, name)));
  return { home: host.paths.given === '' ? host.paths.state : host.paths.given, pair: pair ?? null, checks };
}

/** The folder that was asked about, and those that pairs were made from. */
function envFolders(host: Host, asked: string | undefined): readonly string[] {
  const pairs = host.config.check().length === 0 ? Object.values(host.config.load().pairs) : [];
  const known = pairs.flatMap(({ env }) => (env === undefined || env === FROM_ENVIRONMENT ? [] : [env]));
  return [...new Set([...(asked === undefined ? [] : [asked]), ...known])].filter(holdsAddress);
}

function program(host: Host): Check {
  return ok('program', `Tandem ${host.parts.program}, Node ${process.versions.node}, process ${process.pid}.`);
}

function folder(host: Host): Check {
  const sign = cloudSign(host.paths.state);
  if (sign)
    return attention(
      'state folder',
      `${host.paths.state} lies in a folder of ${sign.client}.`,
      'Move it out with --home or TANDEM_HOME.',
    );
  const open = process.platform !== 'win32' && (statSync(host.paths.state).mode & 0o077) !== 0;
  return open
    ? attention('state folder', `${host.paths.state} can be read by others.`, `chmod 700 ${host.paths.state}`)
    : ok('state folder', `${host.paths.state}, readable by you alone.`);
}

function space(host: Host): Check {
  const { bavail, bsize } = statfsSync(host.paths.state);
  const free = bavail * bsize;
  const text = `${sizeText(free)} free on the disk where Tandem keeps what it knows of both sides.`;
  return free < LOW_BYTES
    ? attention('disk', text, 'Make room: a run starts only if its journal fits twice.')
    : ok('disk', text);
}

function configuration(host: Host): Check {
  const problems = host.config.check();
  const [first] = problems;
  if (!first)
    return ok(
      'configuration',
      host.config.exists
        ? `${host.config.path} is valid.`
        : `${host.config.path} does not exist yet; all settings have their defaults.`,
    );
  return attention(
    'configuration',
    `${host.config.path}${first.line > 0 ? `, line ${first.line}` : ''}: ${first.text}`,
    '`tandem config check` lists everything.',
  );
}

/** What a person set and what does nothing as it stands. */
const rulesOf = (host: Host, pair: string): Check[] =>
  undecidedRules(host.config.load())
    .filter((rule) => rule.pair === pair)
    .map(({ text, hint }) => attention(`pair ${pair}`, text, hint));

function secrets(host: Host): Check {
  try {
    return ok('passwords', host.secrets.all().length === 0 ? 'None are kept.' : 'They are readable by you alone.');
  } catch (cause) {
    const { message, hint } = toAppError(cause, 'doctor');
    return attention('passwords', message, hint);
  }
}

async function state(host: Host): Promise<Check> {
  try {
    await host.store.listPairs();
    return ok('state', 'The state is readable.');
  } catch (cause) {
    const { message, hint } = toAppError(cause, 'doctor');
    return attention('state', message, hint);
  }
}

const noticed = ({ capture }: Connector): string => (capture ? ` Changes are noticed by ${captureText(capture)}.` : '');

async function sides(host: Host, name: string): Promise<Check[]> {
  try {
    return await host.pool.use(name, 'state', async (open) => {
      const { problems, sides: opened, entry, engine } = open;
      const each = { A: entry.a, B: entry.b };
      const checks: Check[] = [];
      const schemas: Partial<Record<SideName, SideSchema>> = {};
      for (const side of ['A', 'B'] as const) {
        const problem = problems[side];
        const title = `pair ${name}, ${each[side].name}`;
        if (problem) {
          checks.push(attention(title, problem.message, problem.hint));
          continue;
        }
        schemas[side] = await opened[side].describe();
        checks.push(ok(title, `${(await opened[side].identity()).label} answers.${noticed(opened[side])}`));
      }
      const status = await engine.status();
      checks.push(...waits(status, Object.keys(problems).length === 0));
      checks.push(...notInPair(name, await explained(open, status.notInPair)));
      checks.push(...notAlike(open, schemas));
      const never = notSynced(schemas, entry);
      if (never.length > 0) checks.push(neverSynced(name, never));
      return checks;
    });
  } catch (cause) {
    const { message, hint } = toAppError(cause, 'doctor');
    return [attention(`pair ${name}`, message, hint)];
  }
}

/** What is for a person to decide, brakes first; a failure of the last sync, where the sides themselves tell of none. */
function waits({ pair, brakes, conflicts, holds, lastRun }: PairStatus, answers: boolean): Check[] {
  const title = `pair ${pair}`;
  const one = (n: number, noun: string, verb: string): string => `${countText(n, noun)} ${verb}${n === 1 ? 's' : ''}`;
  return [
    ...brakes.map(({ id, kind, cause }) =>
      attention(
        title,
        `${kind === 'drift' ? 'Not overwritten' : 'Stopped'} by brake ${id}: ${cause}`,
        'What it asks, and the answers: `tandem brake list`.',
      ),
    ),
    ...(answers && brakes.length === 0 && lastRun?.status === 'failed'
      ? [
          attention(
            title,
            `The last sync failed: ${lastRun.error?.message ?? ''}`,
            `Try again: \`tandem sync ${pair}\`.`,
          ),
        ]
      : []),
    ...(conflicts.open > 0
      ? [
          attention(
            title,
            `${one(conflicts.open, 'conflict', 'wait')} for you.`,
            `Each with its commands: \`tandem conflicts --pair ${pair}\`.`,
          ),
        ]
      : []),
    ...(holds > 0
      ? [
          attention(
            title,
            `${one(holds, 'record', 'rest')} after an undo until you choose.`,
            `Each with its answers: \`tandem holds --pair ${pair}\`.`,
          ),
        ]
      : []),
  ];
}

/** What one side refuses or deletes by itself, the other does not. */
function notAlike({ settings }: OpenPair, { A, B }: Partial<Record<SideName, SideSchema>>): Check[] {
  const unlike = A && B ? unlikeTraits({ A, B }, settings) : [];
  if (unlike.length === 0) return [];
  const text = `The two sides are not defined alike. ${unlikeText(unlike)}`;
  return [attention(`pair ${settings.name}`, text, `Everything: \`tandem pair test ${settings.name}\`.`)];
}

/** What the database has and no sync carries: it is to be known before somebody relies on it. */
function neverSynced(pair: string, never: ReturnType<typeof notSynced>): Check {
  const names = never.slice(0, NAMED).map(({ kind, name }) => `${kind} ${name}`);
  const more = never.length > NAMED ? ` and ${never.length - NAMED} more` : '';
  return {
    name: `pair ${pair}`,
    ok: 'note',
    text: `No sync carries: ${names.join(', ')}${more}.`,
    hint: `Why, and what to do: \`tandem pair show ${pair}\`.`,
  };
}
const NAMED = 10;

/** Nothing is wrong with it; only nobody would notice that it is not kept in step. */
function notInPair(pair: string, all: readonly WireNotInPair[]): Check[] {
  const beside = all.filter(({ comes }) => !comes);
  const plain = beside.filter(({ why }) => why === undefined);
  const names = plain.slice(0, NAMED).map(notInPairName).join(', ');
  const more = plain.length > NAMED ? ` and ${plain.length - NAMED} more` : '';
  const note = (text: string, hint: string): Check => ({ name: `pair ${pair}`, ok: 'note', text, hint });
  return [
    ...(plain.length === 0
      ? []
      : [
          note(
            `Not part of the pair, so not kept in step: ${names}${more}.`,
            `Take it in with \`tandem pair edit ${pair} --add all\`, or dismiss it with --leave-out.`,
          ),
        ]),
    ...beside.flatMap((one) =>
      one.why === undefined
        ? []
        : [note(`Not part of the pair, so not kept in step: ${notInPairName(one)}. ${one.why}`, waysOut(pair, one))],
    ),
  ];
}

function waysOut(pair: string, one: WireNotInPair): string {
  const takeIn = one.agree?.length ? `If that is meant, take it in: \`${takeInCommand(pair, one)}\`. ` : '';
  return `${takeIn}To have it never mentioned again: \`tandem pair edit ${pair} --leave-out ${shellQuote(one.collection)}\`.`;
}

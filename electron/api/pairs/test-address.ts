import type { Params, Result } from '../../../shared/contract/calls.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Connector } from '../../engine/port/connector.ts';
import { stageOf } from '../../engine/port/open-stage.ts';
import { toAppError, withoutSecrets } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { secretsIn, splitUrl, type SplitUrl } from '../secrets/split-url.ts';
import { addressOf } from './address.ts';
import { Checks } from './address-checks.ts';
import { collectionsOf } from './counted-collections.ts';

type Test = Result<'sides.test'>;

/** Opens a database once, and says how far that came. Nothing is written, and nothing of the address is kept. */
export async function testAddress(host: Host, { address: typed, name }: Params<'sides.test'>): Promise<Test> {
  const checks = new Checks();
  let address: SplitUrl = { url: '', password: null };
  try {
    address = { ...address, url: shownOf(typed) };
    address = addressOf(host, typed);
  } catch (cause) {
    return refused(checks, { address, name }, toAppError(cause, 'sides.test'));
  }
  checks.begin(address.url);
  let connector: Connector;
  try {
    connector = await opened(host, checks, address);
  } catch (cause) {
    return refused(checks, { address, name }, toAppError(cause, 'sides.test'));
  }
  try {
    const { label } = await connector.identity();
    const schema = await connector.describe();
    const collections = await collectionsOf(connector, schema);
    await checks.rights(connector);
    checks.database(collections.length);
    return {
      ...checks.answer,
      kind: connector.kind,
      label: name ?? label,
      address: withoutUser(address.url),
      capture: connector.capture ?? null,
      collections,
      error: null,
    };
  } catch (cause) {
    return { ...refused(checks, { address, name }, toAppError(cause, 'sides.test')), kind: connector.kind };
  } finally {
    await connector.close();
  }
}

/** What can only be read can be a side all the same, from which changes flow away. */
async function opened(host: Host, checks: Checks, { url, password }: SplitUrl): Promise<Connector> {
  try {
    return await host.pool.openSide(url, password);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'read-only') throw cause;
    checks.failed('rights', cause.message);
    return host.pool.openSide(url, password, { isSource: true });
  }
}

interface Asked {
  readonly address: SplitUrl;
  readonly name: string | undefined;
}

function refused(checks: Checks, { address, name }: Asked, cause: AppError): Test {
  const stage = stageOf(cause);
  const { code, message, hint } = withoutSecrets(cause, secretsIn(address.password ?? ''));
  checks.failed(stage, message, { code, cause: cause.cause });
  const shown = withoutUser(address.url);
  return {
    ...checks.answer,
    kind: checks.kind,
    label: name ?? shown,
    address: shown,
    capture: null,
    collections: [],
    error: { code, message, hint },
  };
}

/** Of an address that nobody can read nothing is shown. */
function shownOf(typed: string): string {
  try {
    return splitUrl(typed).url;
  } catch {
    return '';
  }
}

const withoutUser = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');

import type { WirePairStatus } from '../../shared/contract/pair-shapes.ts';
import type { Cli } from './cli.ts';

/** How a pair stands after a run, with its brakes as both sides show them now. `undefined`: the pair is gone. */
export async function statusAfter(cli: Cli, pair: string): Promise<WirePairStatus | undefined> {
  const [status] = await cli.finish('status.show', { pair });
  if (!status || status.brakes.length === 0) return status;
  return { ...status, brakes: await cli.finish('brakes.list', { pair }) };
}

import type { PairEntry } from '../../../shared/config/schema.ts';
import type { Connector } from '../../engine/port/connector.ts';
import type { WireFinding } from '../../../shared/contract/pair-shapes.ts';
import { sideNames } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import { linksFor, linksOf } from '../pairs/identities.ts';
import { refuseSharedStamps } from '../pairs/overlap.ts';
import type { SplitUrl } from '../secrets/split-url.ts';
import { ownValueFindings } from './own-values.ts';
import { refuseReports, refuseUnstampable, syncedNames } from './refusals.ts';

export interface Stampable {
  readonly pair: string;
  readonly operation: string;
  /** As the pair shall be. */
  readonly entry: PairEntry;
  /** New addresses, where they change. */
  readonly addresses?: { readonly A: SplitUrl | null; readonly B: SplitUrl | null };
}

/**
 * Looks at both sides of a pair that is there already, refuses what a new stamping pair would be refused for, and says
 * what a person has to agree to.
 */
export async function assertStampable(
  host: Host,
  { pair, operation, entry, addresses }: Stampable,
): Promise<WireFinding[]> {
  refuseReports(pair, operation, syncedNames(entry));
  const opened: Connector[] = [];
  try {
    for (const side of sideNames) {
      const given = addresses?.[side];
      const url = given?.url ?? (side === 'A' ? entry.a.url : entry.b.url);
      opened.push(await host.pool.openSide(url, given?.password ?? host.secrets.get(pair, side)));
    }
    const [a, b] = opened as [Connector, Connector];
    refuseUnstampable(pair, operation, { kind: a.kind, connector: a }, { kind: b.kind, connector: b });
    const ids = { a: (await a.identity()).id, b: (await b.identity()).id };
    const others = (await linksOf(host)).filter((link) => link.pair !== pair);
    refuseSharedStamps(linksFor(pair, ids.a, ids.b, entry), others, operation);
    const labels = { A: entry.a.name, B: entry.b.name };
    return await ownValueFindings({ connectors: { A: a, B: b }, labels, collections: entry.collections });
  } finally {
    for (const connector of opened) await connector.close();
  }
}

import type { WireRoleReport } from '../../../shared/contract/pair-shapes.ts';
import { sideNames } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import { kindOf } from '../host/open-sides.ts';
import { splitUrl } from '../secrets/split-url.ts';
import { isSourceOnly, pairEntryOf, pairOptionsOf } from '../settings/pair-settings.ts';

/** What a user of each side has to be allowed to do. `of` is the name of a pair, or an address. */
export function roleReport(host: Host, of: string): WireRoleReport {
  const { pairs } = host.config.load();
  const isPair = Object.hasOwn(pairs, of) || !/[:/\\.]/.test(of);
  if (!isPair) return { sides: [scriptFor(host, 'Database', splitUrl(of).url, { writes: true, marker: true })] };
  const entry = pairEntryOf(host.config.load(), of);
  const { marker } = pairOptionsOf(entry);
  return {
    sides: sideNames.map((side) => {
      const { name, url } = side === 'A' ? entry.a : entry.b;
      return scriptFor(host, name, url, { writes: !isSourceOnly(entry, side), marker });
    }),
  };
}

function scriptFor(
  host: Host,
  label: string,
  url: string,
  needs: { readonly writes: boolean; readonly marker: boolean },
): WireRoleReport['sides'][number] {
  const kind = kindOf(url, host.parts.kinds);
  const script = kind.roleScript?.(url, needs) ?? '';
  return { label, script, why: script === '' ? `databases of the kind ${kind.kind} have no users` : '' };
}

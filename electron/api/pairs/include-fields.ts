import type { WireAddReport, WireFinding } from '../../../shared/contract/pair-shapes.ts';
import type { CollectionEntry } from '../../../shared/config/schema.ts';
import { must } from '../../../shared/lib/assert.ts';
import { matchByName, type Match } from '../../../shared/lib/match-by-name.ts';
import type { CollectionInfo, FieldInfo, SideSchema } from '../../engine/port/schema.ts';
import { otherSide, type SideName } from '../../engine/settings.ts';
import { fits } from './compare-schemas.ts';
import type { LackingField } from './imagined-side.ts';

export interface Both {
  readonly schemas: Readonly<Record<SideName, SideSchema>>;
  readonly kinds: Readonly<Record<SideName, string>>;
  readonly labels: Readonly<Record<SideName, string>>;
}

export interface GrownCollection {
  readonly fields: CollectionEntry['fields'];
  /** Logical names of the fields that came. */
  readonly added: readonly string[];
  readonly lacking: readonly LackingField[];
  readonly steps: WireAddReport['create'];
  readonly findings: readonly WireFinding[];
}

interface Made {
  readonly step: WireAddReport['create'][number];
  readonly lacking: LackingField;
}
type Say = (text: string, blocks: boolean, side?: SideName | null) => void;
type Infos = Readonly<Record<SideName, CollectionInfo>>;

/** A collection of the pair with more fields; what stands in the way of one of them is a finding that blocks. Pure. */
export function grow(name: string, entry: CollectionEntry, wanted: readonly string[], both: Both): GrownCollection {
  const infos = { A: infoOf(both, 'A', entry.a), B: infoOf(both, 'B', entry.b) };
  const fields = [...entry.fields];
  const added: string[] = [];
  const made: Made[] = [];
  const findings: WireFinding[] = [];
  const say: Say = (text, blocks, side = null) => void findings.push({ collection: name, side, text, blocks });
  for (const match of matchByName(infos.A.fields, infos.B.fields).filter((one) => wanted.includes(one.name))) {
    const step = match.a && match.b ? null : making(name, match, infos, both, say);
    if (step === undefined) continue;
    const [a, b] = [match.a ?? step?.lacking.field, match.b ?? step?.lacking.field];
    if (!fits({ name: match.name, a, b }, entry.key, both, say)) continue;
    const called = { name: match.name, a: must(a, 'a field').name, b: must(b, 'a field').name };
    fields.push(called.a === called.b ? called.name : called);
    added.push(match.name);
    if (step) made.push(step);
  }
  return { fields, added, lacking: made.map(({ lacking }) => lacking), steps: made.map(({ step }) => step), findings };
}

const infoOf = ({ schemas }: Both, side: SideName, name: string): CollectionInfo =>
  must(
    schemas[side].collections.find((one) => one.name === name),
    'a collection of the pair',
  );

/** What makes the field on the side that lacks it; `undefined`, with the reason said, where nothing does. */
function making(collection: string, match: Match<FieldInfo>, infos: Infos, both: Both, say: Say): Made | undefined {
  const from: SideName = match.a ? 'A' : 'B';
  const to = otherSide(from);
  const field = must(match.a ?? match.b, 'a field on one side');
  const why = whyNot(field, infos, both);
  if (why !== null || !field.add || !('statements' in field.add)) {
    const what = `The field ${field.name} is on ${both.labels[from]} only, and cannot be created on ${both.labels[to]} as it is there: ${why ?? 'nothing says how'}.`;
    say(`${what} Create it on ${both.labels[to]} with your own program, then give the command again.`, true, from);
    return undefined;
  }
  return {
    step: { side: to, collection: `${collection}.${field.name}`, statements: [...field.add.statements] },
    lacking: { on: to, collection: infos[to].name, field },
  };
}

function whyNot(field: FieldInfo, { A, B }: Infos, { kinds }: Both): string | null {
  if (kinds.A !== kinds.B) return `these are ${kinds.A} and ${kinds.B}`;
  if (A.name.toLowerCase() !== B.name.toLowerCase()) return `the two call the table ${A.name} and ${B.name}`;
  return field.add && 'why' in field.add ? field.add.why : null;
}

import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Params } from '../../../shared/contract/calls.ts';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { addresses } from '../../model/addresses.ts';
import { useKeys } from '../../router/keys.ts';
import { go } from '../../router/location.ts';
import { usePair } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { useAlways } from './always.tsx';
import { choicesOf, type WholeChoice } from './choices.ts';
import { WithLinks } from './conflict-link.tsx';
import { openFields, requestOf } from './draft.ts';
import { fieldsOf, origins, titleOf, type Origin } from './fields.ts';
import { InTheWay } from './in-the-way.tsx';
import css from './record.module.css';
import { LongFields } from './long-fields.tsx';
import { RecordFoot } from './record-foot.tsx';
import { RecordGrid } from './record-grid.tsx';
import { RecordHead } from './record-head.tsx';
import { useChosen } from './use-chosen.ts';
import { useDraft } from './use-draft.ts';
import type { Neighbours } from './use-neighbours.ts';
import { useResolve } from './use-resolve.ts';
import { WholeView } from './whole-view.tsx';

/** Field by field where both sides have the record under its key; else the records as a whole. */
const isFieldwise = ({ kind, local, remote, possible }: WireConflict): boolean =>
  kind !== 'unique' && local !== null && remote !== null && possible.includes('merge');

const hintsOf = (fieldwise: boolean, choices: readonly WholeChoice[]): readonly (readonly [string, string])[] => [
  ...(fieldwise
    ? ([
        ['↑ ↓', t('keys.field')],
        ['1', t('keys.base')],
      ] as const)
    : []),
  ...(['2', '3'] as const)
    .filter((sign) => fieldwise || choices.some(({ key }) => key === sign))
    .map((sign) => [sign, t(sign === '2' ? 'keys.here' : 'keys.there')] as const),
  ...(fieldwise ? ([['E', t('keys.edit')]] as const) : []),
  ...(fieldwise || choices.length > 0 ? ([['Ctrl+Enter', t('keys.write')]] as const) : []),
  ['?', t('keys.all')],
];

export function RecordView({
  conflict,
  neighbours,
}: {
  readonly conflict: WireConflict;
  readonly neighbours: Neighbours;
}): ReactNode {
  const { pair, id } = conflict;
  const status = usePair(pair);
  const names = { local: status?.a.label ?? t('record.local'), remote: status?.b.label ?? t('record.remote') };
  const { title } = titleOf(conflict);
  const drafting = useDraft(conflict);
  const { draft, before, answer, answerAll, note, forget } = drafting;
  const [chosen, setChosen] = useChosen(conflict);
  const [noting, setNoting] = useState(false);
  const current = useRef<string | undefined>(undefined);
  const body = useRef<HTMLDivElement>(null);
  const { busy, error, write } = useResolve(conflict, title);

  const fieldwise = isFieldwise(conflict);
  const always = useAlways(conflict, names);
  const { disputed } = fieldsOf(conflict);
  const open = openFields(disputed, draft);
  const choices = choicesOf(conflict, names);
  const choice = choices.find(({ strategy }) => strategy === chosen?.strategy);
  const movedFields = Object.keys(before);

  const leave = (to: { readonly id: number; readonly pair: string } | undefined): void =>
    go(to === undefined ? addresses.conflicts() : addresses.conflict(to.id, to.pair));
  const request = (): Params<'conflicts.resolve'> | undefined => {
    if (fieldwise) return open.length > 0 ? undefined : requestOf(conflict, draft);
    if (chosen === undefined || choice === undefined) return undefined;
    const text = chosen.text.trim();
    return {
      id,
      strategy: chosen.strategy,
      generation: draft.generation,
      ...(choice.suggestion === undefined || text === '' ? {} : { value: { typed: text } }),
      ...(draft.notes.trim() === '' ? {} : { notes: draft.notes.trim() }),
    };
  };
  const missing = fieldwise
    ? open.length > 0
      ? t('conflict.undecided', { n: open.length, all: disputed.length })
      : undefined
    : choice === undefined
      ? t(choices.length === 0 ? 'record.noChoice.short' : 'record.nothingChosen')
      : choice.strategy === 'keep_local' && conflict.kind === 'unique' && chosen?.text.trim() === ''
        ? t('record.typeValue')
        : undefined;
  const carryOut = async (decision: Params<'conflicts.resolve'>): Promise<void> => {
    const { next, previous } = neighbours;
    if (busy || !(await write(decision))) return;
    forget();
    leave(next ?? previous);
  };
  const apply = async (): Promise<void> => {
    const decision = request();
    if (decision !== undefined && missing === undefined) await carryOut(decision);
  };
  const keepBoth = (): Promise<void> => carryOut({ id, strategy: 'keep_both', generation: draft.generation });

  const focusField = (name: string | undefined): void => {
    const row = [...(body.current?.querySelectorAll<HTMLElement>('[data-field]') ?? [])].find(
      (one) => one.dataset['field'] === name,
    );
    row?.querySelector<HTMLElement>('[role=radio][tabindex="0"]')?.focus();
  };
  const move = (from: string, step: 1 | -1): void =>
    focusField(disputed[disputed.findIndex(({ name }) => name === from) + step]?.name);
  const take = (origin: Origin): void => {
    if (!fieldwise) {
      const one = choices.find(({ key }) => key === { base: '1', local: '2', remote: '3' }[origin]);
      if (one) setChosen({ strategy: one.strategy, text: one.suggestion ?? '' });
      return;
    }
    const name = current.current ?? open[0]?.name ?? disputed[0]?.name;
    if (name !== undefined && (origin !== 'base' || conflict.base !== null)) answer(name, { from: origin });
  };
  const edit = (): void => {
    const name = current.current ?? disputed[0]?.name;
    const results = [...(body.current?.querySelectorAll<HTMLElement>('[data-result]') ?? [])];
    results.find((one) => one.dataset['result'] === name)?.focus();
  };
  // On opening, the focus goes to the first field that is not decided.
  const first = (open[0] ?? disputed[0])?.name;
  useEffect(() => {
    if (fieldwise) focusField(first);
    else body.current?.querySelector<HTMLElement>('[role=radio]')?.focus();
    // Only on opening: what is decided afterwards moves nothing by itself.
  }, [id]);

  useKeys({
    1: () => take('base'),
    2: () => take('local'),
    3: () => take('remote'),
    E: edit,
    N: () => setNoting(true),
    L: () => leave(neighbours.next),
    T: () => go(addresses.record(pair, conflict.collection, conflict.key.text)),
    'Alt+↓': () => neighbours.next && leave(neighbours.next),
    'Alt+↑': () => neighbours.previous && leave(neighbours.previous),
    'Ctrl+Enter': () => void apply(),
    Escape: () => focusField(current.current),
  });

  const takeAll = (origin: Origin): void =>
    answerAll(Object.fromEntries(disputed.map(({ name }) => [name, { from: origin }])));
  return (
    <div className={css.recordPage} ref={body}>
      <RecordHead
        conflict={conflict}
        onNext={neighbours.next && (() => leave(neighbours.next))}
        onPrevious={neighbours.previous && (() => leave(neighbours.previous))}
      />
      {movedFields.length === 0 ? null : (
        <Notice mark="wait" title={t('record.moved', { fields: movedFields.join(', ') })}>
          <p>{t('record.moved.next')}</p>
        </Notice>
      )}
      {error === undefined ? null : (
        <ErrorNotice error={error} title={<WithLinks text={error.message} pair={pair} />} />
      )}
      {fieldwise ? <InTheWay conflict={conflict} names={names} /> : null}
      {fieldwise ? (
        <LongFields conflict={conflict} drafting={drafting} names={names} onField={(name) => (current.current = name)}>
          <RecordGrid
            conflict={conflict}
            drafting={drafting}
            names={names}
            onField={(name) => (current.current = name)}
            onMove={move}
          />
        </LongFields>
      ) : (
        <WholeView conflict={conflict} names={names} choices={choices} chosen={chosen} onChoose={setChosen} />
      )}
      <RecordFoot
        missing={missing}
        done={t('conflict.decided')}
        button={choice?.button ?? t('conflict.write')}
        busy={busy}
        onWrite={() => void apply()}
        onLater={() => leave(neighbours.next)}
        timeline={addresses.record(pair, conflict.collection, conflict.key.text)}
        sides={
          fieldwise
            ? [
                ...origins.flatMap((origin) =>
                  origin === 'base'
                    ? []
                    : [{ label: t('record.takeAll', { side: names[origin] }), onSelect: () => takeAll(origin) }],
                ),
                ...(conflict.possible.includes('keep_both')
                  ? [{ label: t('choice.keepBoth'), onSelect: () => void keepBoth() }]
                  : []),
                ...always.entries,
              ]
            : []
        }
        notes={draft.notes}
        noting={noting}
        onNote={note}
        onNoting={() => setNoting(true)}
        hints={hintsOf(fieldwise, choices)}
      />
      {always.dialog}
    </div>
  );
}

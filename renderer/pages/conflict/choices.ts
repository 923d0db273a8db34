import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { Strategy } from '../../../shared/model/words.ts';
import { displayValue } from '../../../shared/model/display.ts';
import { differing } from '../../model/records.ts';
import { t } from '../../text/text.ts';
import type { SideNames } from './field-row.tsx';
import { titleOf } from './fields.ts';

/** One answer to a conflict about whole records, in the words of what happens. */
export interface WholeChoice {
  readonly strategy: Strategy;
  readonly title: string;
  readonly sentence: string;
  /** The words of the main button. */
  readonly button: string;
  /** The value that a record gets, which a person may change; `undefined`: none is asked for. */
  readonly suggestion?: string;
  /** The key that chooses it. */
  readonly key?: string;
}

/** What can be done as things stand; none of it is chosen beforehand. */
export function choicesOf(conflict: WireConflict, names: SideNames): readonly WholeChoice[] {
  const all = conflict.kind === 'unique' ? clashChoices(conflict, names) : wholeChoices(conflict, names);
  return all.filter(({ strategy }) => conflict.possible.includes(strategy));
}

/** Keeping one side is keeping its record, or its deletion. */
function wholeChoices({ kind, local, remote, base }: WireConflict, names: SideNames): readonly WholeChoice[] {
  const keep = (strategy: 'keep_local' | 'keep_remote'): WholeChoice => {
    const isLocal = strategy === 'keep_local';
    const [kept, other] = isLocal ? [local, names.remote] : [remote, names.local];
    const from = isLocal ? names.local : names.remote;
    const key = isLocal ? '2' : '3';
    // Without a base nobody knows that the other side ever had it.
    if (kept !== null && base === null)
      return {
        strategy,
        key,
        title: t('choice.copy', { side: from }),
        sentence: t('choice.copy.next', { other, side: from }),
        button: t('choice.copy.button', { other }),
      };
    if (kept !== null)
      return {
        strategy,
        key,
        title: t(differing(base, kept).length === 0 ? 'choice.keep' : 'choice.keepEdited'),
        sentence: t('choice.keepEdited.next', { other, side: from }),
        button: t('choice.keepEdited.button', { other }),
      };
    const title = t(base === null ? 'choice.delete' : 'choice.deleteToo', { other });
    const sentence = t(kind === 'delete/update' ? 'choice.deleteToo.next' : 'choice.delete.next');
    return { strategy, key, title, sentence, button: title };
  };
  return [keep('keep_remote'), keep('keep_local'), keepBoth(names)];
}

const keepBoth = ({ local }: SideNames): WholeChoice => ({
  strategy: 'keep_both',
  title: t('choice.keepBoth'),
  sentence: t('choice.keepBoth.next', { side: local }),
  button: t('choice.keepBoth'),
});

function clashChoices(conflict: WireConflict, names: SideNames): readonly WholeChoice[] {
  const field = conflict.fields[0] ?? '';
  const mine = titleOf(conflict).title;
  const value = displayValue(conflict.local?.[field], 60);
  const { suggestion } = conflict;
  return [
    {
      strategy: 'rename_local',
      title: t('choice.rename', { who: mine, field }),
      sentence: t('choice.rename.next'),
      button: t('choice.rename.button'),
      suggestion: suggestion ?? '',
      key: '2',
    },
    {
      strategy: 'keep_local',
      title: t('choice.renameOther', { side: names.remote, field }),
      sentence: t('choice.renameOther.next', { side: names.local, value }),
      button: t('choice.renameOther.button', { side: names.remote }),
      suggestion: '',
      key: '3',
    },
    {
      strategy: 'keep_remote',
      title: conflict.givesUp[0]?.emptied === true ? t('choice.empty', { field }) : t('choice.giveUp', { field }),
      sentence: t(conflict.givesUp[0]?.emptied === true ? 'choice.empty.next' : 'choice.giveUp.next'),
      button: t('choice.giveUp.button', { field }),
    },
  ];
}

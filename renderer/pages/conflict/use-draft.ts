import { useCallback, useState } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { emptyDraft, moved, type Answer, type Draft, type Moved } from './draft.ts';

const keyOf = ({ pair, id }: WireConflict): string => `tandem.draft.${pair}.${id}`;

function stored(conflict: WireConflict): Draft | undefined {
  try {
    const text = localStorage.getItem(keyOf(conflict));
    return text === null ? undefined : (JSON.parse(text) as Draft);
  } catch {
    // Whatever stands there, it is no draft.
    return undefined;
  }
}

/** The draft as it stands, made fit for the state of the record as it is now. */
function begun(conflict: WireConflict): Moved {
  const draft = stored(conflict);
  if (draft === undefined) return { draft: emptyDraft(conflict), fields: {} };
  return draft.generation === conflict.generation ? { draft, fields: {} } : moved(draft, conflict);
}

export interface Drafting {
  readonly draft: Draft;
  /** What moved since the draft was begun; empty where nothing did. */
  readonly before: Moved['fields'];
  readonly answer: (field: string, answer: Answer | undefined) => void;
  readonly answerAll: (answers: Readonly<Record<string, Answer>>) => void;
  readonly note: (text: string) => void;
  /** The conflict is settled. */
  readonly forget: () => void;
}

/** What a person has decided of this conflict so far; kept by its number in the browser, never sent anywhere. */
export function useDraft(conflict: WireConflict): Drafting {
  const [kept, setKept] = useState(() => begun(conflict));
  const current = kept.draft.generation === conflict.generation ? kept : moved(kept.draft, conflict);
  if (current !== kept) setKept(current);

  const change = useCallback(
    (next: (draft: Draft) => Draft) =>
      setKept(({ draft, fields }) => {
        const changed = next(draft);
        localStorage.setItem(keyOf(conflict), JSON.stringify(changed));
        return { draft: changed, fields };
      }),
    [conflict],
  );
  return {
    draft: current.draft,
    before: current.fields,
    answer: (field, answer) =>
      change((draft) => {
        const { [field]: _, ...others } = draft.answers;
        return { ...draft, answers: answer === undefined ? others : { ...others, [field]: answer } };
      }),
    answerAll: (answers) => change((draft) => ({ ...draft, answers })),
    note: (notes) => change((draft) => ({ ...draft, notes })),
    forget: () => {
      const key = keyOf(conflict);
      for (const name of Object.keys(localStorage))
        if (name === key || name.startsWith(`${key}.`)) localStorage.removeItem(name);
    },
  };
}

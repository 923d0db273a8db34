import { Radio as BaseRadio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { ReactNode } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import choice from '../../components/choice.module.css';
import field from '../../components/field.module.css';
import { Keys } from '../../components/kbd.tsx';
import page from '../../components/page.module.css';
import { t } from '../../text/text.ts';
import { FreeCheck } from './free-check.tsx';
import type { WholeChoice } from './choices.ts';
import type { SideNames } from './field-row.tsx';
import { InTheWay } from './in-the-way.tsx';
import css from './record.module.css';
import { Duel } from './whole.tsx';

export interface Chosen {
  readonly strategy: WholeChoice['strategy'];
  /** What was typed for it. */
  readonly text: string;
}

interface WholeViewProps {
  readonly conflict: WireConflict;
  readonly names: SideNames;
  readonly choices: readonly WholeChoice[];
  readonly chosen: Chosen | undefined;
  readonly onChoose: (chosen: Chosen) => void;
}

/** Two records, or a record and its deletion: the decision is about them as a whole, and nothing is chosen beforehand. */
export function WholeView({ conflict, names, choices, chosen, onChoose }: WholeViewProps): ReactNode {
  const choose = (strategy: string): void => {
    const one = choices.find((each) => each.strategy === strategy);
    if (one) onChoose({ strategy: one.strategy, text: one.suggestion ?? '' });
  };
  return (
    <div className={css.recordBody}>
      <Duel conflict={conflict} names={names} />
      <section className={page.section} aria-labelledby="question">
        <div className={page.sectionHead}>
          <h3 id="question">{t(conflict.kind === 'unique' ? 'record.whoKeeps' : 'record.whatShouldBe')}</h3>
          {conflict.kind === 'unique' ? <span className="faint tiny">{t('record.bothStay')}</span> : null}
        </div>
        {choices.length === 0 ? (
          <NoChoice conflict={conflict} />
        ) : (
          <RadioGroup
            className={css.options}
            aria-labelledby="question"
            value={chosen?.strategy ?? null}
            onValueChange={(value) => choose(String(value))}
          >
            {choices.map((one) => (
              <Option key={one.strategy} conflict={conflict} choice={one} chosen={chosen} onChoose={onChoose} />
            ))}
          </RadioGroup>
        )}
      </section>
      <InTheWay conflict={conflict} names={names} />
    </div>
  );
}

/** The label is the whole option, but for the field beside it. */
function Option({
  conflict,
  choice: { strategy, title, sentence, suggestion, key },
  chosen,
  onChoose,
}: {
  readonly conflict: WireConflict;
  readonly choice: WholeChoice;
  readonly chosen: Chosen | undefined;
  readonly onChoose: (chosen: Chosen) => void;
}): ReactNode {
  const isChosen = chosen?.strategy === strategy;
  const id = `choice-${strategy}`;
  return (
    <div className={css.option} {...(isChosen ? { 'data-checked': '' } : {})}>
      <BaseRadio.Root value={strategy} className={choice.radio} aria-labelledby={id} aria-describedby={`${id}-says`} />
      <strong id={id} onClick={() => onChoose({ strategy, text: suggestion ?? '' })}>
        {title}
      </strong>
      {isChosen && suggestion !== undefined ? (
        <input
          className={`${field.input} ${field.inputName} ${field.inputMono}`}
          aria-label={t('choice.value', { title })}
          value={chosen.text}
          spellCheck={false}
          onChange={({ target }) => onChoose({ strategy, text: target.value })}
        />
      ) : key === undefined ? (
        <span />
      ) : (
        <Keys of={key} />
      )}
      <p id={`${id}-says`}>{sentence}</p>
      {isChosen && suggestion !== undefined ? (
        <FreeCheck conflict={conflict} strategy={strategy} text={chosen.text} />
      ) : null}
    </div>
  );
}

/** No answer can be carried out: why is said above, and what comes first. */
const NoChoice = ({ conflict: { heldBy, missingParents } }: { readonly conflict: WireConflict }): ReactNode => (
  <p>
    {t('record.noChoice')}{' '}
    {t(heldBy.length + missingParents.length > 0 ? 'record.noChoice.first' : 'record.noChoice.sync')}
  </p>
);

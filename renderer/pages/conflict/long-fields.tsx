import { AlignLeft, ArrowLeft } from 'lucide-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { Button } from '../../components/button.tsx';
import { Bones } from '../../components/empty.tsx';
import { t } from '../../text/text.ts';
import type { SideNames } from './field-row.tsx';
import { fieldsOf } from './fields.ts';
import css from './long/long.module.css';
import { layoutOf } from './long/long-values.ts';
import type { Drafting } from './use-draft.ts';

/** Comes only where there is a long text, since it is larger than all the rest of the page. */
const LongView = lazy(() => import('./long/long-view.tsx').then((module) => ({ default: module.LongView })));

/** Fields with long texts are compared line by line: at once where there is nothing else to decide, else on demand. */
export function LongFields({
  conflict,
  drafting: { draft, answer },
  names,
  onField,
  children,
}: {
  readonly conflict: WireConflict;
  readonly drafting: Drafting;
  readonly names: SideNames;
  readonly onField: (name: string) => void;
  /** All fields, side by side. */
  readonly children: ReactNode;
}): ReactNode {
  const { disputed } = fieldsOf(conflict);
  const long = disputed.flatMap((field) => {
    const layout = layoutOf(field);
    return layout === undefined ? [] : [{ field, layout }];
  });
  const [shown, setShown] = useState(disputed.length === 1 ? disputed[0]?.name : undefined);
  const one = long.find(({ field }) => field.name === shown);
  if (one === undefined)
    return (
      <>
        {long.length === 0 ? null : (
          <div className={css.longBar}>
            {long.map(({ field: { name } }) => (
              <Button
                key={name}
                size="small"
                icon={AlignLeft}
                onClick={() => {
                  onField(name);
                  setShown(name);
                }}
              >
                {t('long.offer', { field: name })}
              </Button>
            ))}
          </div>
        )}
        {children}
      </>
    );
  const { field, layout } = one;
  return (
    <Suspense fallback={<Bones />}>
      {disputed.length === 1 && conflict.fields.length === 1 ? null : (
        <div className={css.longBar}>
          <Button kind="quiet" size="small" icon={ArrowLeft} onClick={() => setShown(undefined)}>
            {t('long.allFields')}
          </Button>
        </div>
      )}
      <LongView
        key={field.name}
        keptAs={`tandem.draft.${conflict.pair}.${conflict.id}.places.${field.name}`}
        field={field}
        layout={layout}
        hasBase={conflict.base !== null && conflict.baseKept}
        names={names}
        answer={draft.answers[field.name]}
        onAnswer={(given) => answer(field.name, given)}
      />
    </Suspense>
  );
}

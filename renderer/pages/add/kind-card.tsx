import { Radio } from '@base-ui/react/radio';
import type { LucideIcon } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import choice from '../../components/choice.module.css';
import { Icon } from '../../components/icon.tsx';
import css from './add.module.css';

/** A kind of database as a radio button with a neutral sign. */
export function KindCard({
  value,
  icon,
  title,
  sentence,
}: {
  readonly value: string;
  readonly icon: LucideIcon;
  readonly title: string;
  readonly sentence: string;
}): ReactNode {
  const id = useId();
  return (
    <Radio.Root
      value={value}
      nativeButton={false}
      render={<div />}
      className={css.kind}
      aria-labelledby={`${id}t`}
      aria-describedby={`${id}s`}
    >
      <span className={css.kindMark}>
        <Icon of={icon} />
      </span>
      <div>
        <strong id={`${id}t`}>{title}</strong>
        <p id={`${id}s`}>{sentence}</p>
      </div>
      <Radio.Indicator keepMounted render={<span />} className={choice.radio} aria-hidden />
    </Radio.Root>
  );
}

import type { ReactNode } from 'react';
import type { WireValue } from '../../shared/model/ejson.ts';
import { t } from '../text/text.ts';
import css from './change.module.css';
import { cx } from './cx.ts';
import { Value } from './value.tsx';

interface ChangeProps {
  readonly field: string;
  readonly before: WireValue | undefined;
  readonly after: WireValue | undefined;
  /** One line, cut where it does not fit. */
  readonly clip?: boolean;
  readonly children?: ReactNode;
}

/** What one field was and what it became, in one line. */
export const Change = ({ field, before, after, clip = false, children }: ChangeProps): ReactNode => (
  <span className={cx(css.change, clip && css.changeClip)}>
    <span className="mono faint">{field}</span>
    <del>
      <Value of={before} maxLength={clip ? 60 : 2000} />
    </del>
    <span className={css.arrow}>
      <span aria-hidden="true">→</span>
      <span className="srOnly">{t('change.becomes')}</span>
    </span>
    <ins>
      <Value of={after} maxLength={clip ? 60 : 2000} />
    </ins>
    {children}
  </span>
);

export const Added = ({ of }: { readonly of: WireValue | undefined }): ReactNode =>
  of === undefined || of === null || of === '' ? (
    <Value of={of} />
  ) : (
    <span className={css.added}>
      <Value of={of} />
    </span>
  );

export const Removed = ({ of }: { readonly of: WireValue | undefined }): ReactNode =>
  of === undefined || of === null || of === '' ? (
    <Value of={of} />
  ) : (
    <span className={css.removed}>
      <Value of={of} />
    </span>
  );

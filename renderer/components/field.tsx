import { Field as Base } from '@base-ui/react/field';
import { CircleAlert, Search as SearchIcon } from 'lucide-react';
import type { ComponentProps, ReactNode, Ref } from 'react';
import { cx } from './cx.ts';
import css from './field.module.css';
import { Icon } from './icon.tsx';
import { Keys } from './kbd.tsx';

interface FieldProps {
  readonly label: ReactNode;
  /** Stays visible with an error. */
  readonly help?: ReactNode;
  /** In words, never only red. */
  readonly error?: ReactNode;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A control with its label, its help and its error; `Input` and `TextArea` inside it are named by them. */
export const Field = ({ label, help, error, className, children }: FieldProps): ReactNode => (
  <Base.Root className={cx(css.field, className)} invalid={error !== undefined}>
    <Base.Label className={css.fieldLabel}>{label}</Base.Label>
    {children}
    {help === undefined ? null : <Base.Description className={css.fieldHelp}>{help}</Base.Description>}
    {error === undefined ? null : (
      <Base.Error match className={css.fieldError}>
        <Icon of={CircleAlert} size="small" />
        <span>{error}</span>
      </Base.Error>
    )}
  </Base.Root>
);

interface InputLooks {
  readonly mono?: boolean;
  readonly small?: boolean;
}

export const Input = ({
  mono = false,
  small = false,
  className,
  ...rest
}: InputLooks &
  Omit<ComponentProps<typeof Base.Control>, 'className'> & { readonly className?: string | undefined }): ReactNode => (
  <Base.Control
    spellCheck={false}
    autoComplete="off"
    {...rest}
    className={cx(css.input, mono && css.inputMono, small && css.inputSmall, className)}
  />
);

export const TextArea = ({ rows = 2, ...rest }: Omit<ComponentProps<'textarea'>, 'className'>): ReactNode => (
  <Base.Control render={<textarea rows={rows} {...rest} />} className={css.input} />
);

interface SearchProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** The key that leads here. */
  readonly keys?: string;
  readonly className?: string | undefined;
  readonly ref?: Ref<HTMLInputElement>;
}

export const Search = ({ label, value, onChange, keys, className, ref }: SearchProps): ReactNode => (
  <label className={cx(css.search, className)}>
    <Icon of={SearchIcon} />
    <span className="srOnly">{label}</span>
    <input
      ref={ref}
      type="search"
      placeholder={label}
      value={value}
      spellCheck={false}
      autoComplete="off"
      onChange={({ target }) => onChange(target.value)}
    />
    {keys === undefined ? null : <Keys of={keys} />}
  </label>
);

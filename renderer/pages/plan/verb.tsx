import { Hand, Pencil, Plus, Trash2, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../text/text.ts';
import css from './plan.module.css';
import type { Verb } from './plan-rows.ts';

const icons: Readonly<Record<Verb, LucideIcon>> = { delete: Trash2, hold: Hand, change: Pencil, add: Plus };

export const VerbWord = ({ verb }: { readonly verb: Verb }): ReactNode => (
  <span className={css.verb} data-verb={verb}>
    <Icon of={icons[verb]} />
    <span>{t(`plan.verb.${verb}`)}</span>
  </span>
);

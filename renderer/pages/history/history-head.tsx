import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Segmented } from '../../components/choice.tsx';
import { Menu } from '../../components/menu.tsx';
import { PageHead } from '../../components/page.tsx';
import { saveFile } from '../../components/save-file.ts';
import { Select } from '../../components/select.tsx';
import { addresses } from '../../model/addresses.ts';
import { csv, type Cell } from '../../model/export.ts';
import { go } from '../../router/location.ts';
import { usePairs } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';

const views = ['runs', 'decisions', 'holds'] as const;
type View = (typeof views)[number];

export interface Exported {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What the file with everything holds. */
  readonly all: unknown;
}

interface HeadProps {
  readonly view: View;
  readonly facts?: string;
  readonly actions?: ReactNode;
  /** Undefined: there is nothing to save. */
  readonly exported: (() => Exported) | undefined;
}

export const HistoryHead = ({ view, facts = t('history.facts'), actions, exported }: HeadProps): ReactNode => (
  <PageHead
    title={view === 'holds' ? t('history.holds') : t('history.title')}
    facts={facts}
    actions={
      <>
        {actions}
        {exported === undefined ? null : <Export view={view} exported={exported} />}
      </>
    }
  />
);

function Export({ view, exported }: { readonly view: View; readonly exported: () => Exported }): ReactNode {
  const asCsv = (): void => {
    const { head, rows } = exported();
    saveFile(`tandem-${view}.csv`, csv(head, rows), 'text/csv');
  };
  const asJson = (): void =>
    saveFile(`tandem-${view}.json`, `${JSON.stringify(exported().all, null, 2)}\n`, 'application/json');
  return (
    <Menu
      trigger={<Button icon={Download}>{t('history.export')}</Button>}
      entries={[
        { label: t('history.exportCsv'), onSelect: asCsv },
        { label: t('history.exportJson'), onSelect: asJson },
      ]}
    />
  );
}

export const ViewPicker = ({ view, pair }: { readonly view: View; readonly pair: string }): ReactNode => (
  <Segmented
    label={t('history.views')}
    value={view}
    segments={views.map((value) => ({ value, label: t(`history.${value}`) }))}
    onChange={(value) => go(addresses.history(value, pair))}
  />
);

export function PairPicker({
  pair,
  onChange,
}: {
  readonly pair: string;
  readonly onChange: (pair: string) => void;
}): ReactNode {
  const pairs = usePairs() ?? [];
  if (pairs.length < 2 && pair === '') return null;
  return (
    <Select
      quiet
      label={t('history.pair')}
      value={pair}
      options={[
        { value: '', label: t('history.allPairs') },
        ...pairs.map(({ pair: name }) => ({ value: name, label: name })),
      ]}
      onChange={onChange}
    />
  );
}

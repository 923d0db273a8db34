import { Copy, ScrollText, Search as SearchIcon } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import type { WireLog } from '../../../shared/contract/window-shapes.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { Search } from '../../components/field.tsx';
import page from '../../components/page.module.css';
import { PageBody, PageHead } from '../../components/page.tsx';
import { Select } from '../../components/select.tsx';
import table from '../../components/table.module.css';
import { tell } from '../../components/toast.tsx';
import { useKeys } from '../../router/keys.ts';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { asText, fits, levels, type Level } from './lines.ts';
import css from './log.module.css';
import { LogTable } from './table.tsx';

const FIRST = 200;
const MOST = 5000;

/** What the engine wrote down, without anything that looks like a password; by level and by words. */
export function Page(): ReactNode {
  const [level, setLevel] = useState<Level>('info');
  const [words, setWords] = useState('');
  const [limit, setLimit] = useState(FIRST);
  const search = useRef<HTMLInputElement>(null);
  const loaded = useCall('log.read', { level, limit }, ['log']);
  const lines = (loaded.data?.lines ?? []).filter((line) => fits(line, words));
  useKeys({ '/': () => search.current?.focus() });

  const copy = (): void => {
    navigator.clipboard.writeText(lines.map(asText).join('\n')).then(
      () => tell({ text: t('log.copied', { n: lines.length }) }),
      () => tell({ text: t('log.copyFailed') }),
    );
  };
  return (
    <>
      <PageHead
        title={t('log.title')}
        facts={t('log.sub')}
        actions={
          <Button icon={Copy} disabled={lines.length === 0} onClick={copy}>
            {t('log.copy', { n: lines.length })}
          </Button>
        }
      />
      <PageBody flush>
        <div className={css.logPage}>
          <div className={table.toolbar}>
            <Search
              ref={search}
              className="grow"
              label={t('log.search')}
              keys="/"
              value={words}
              onChange={(text) => setWords(text)}
            />
            <Select
              quiet
              label={t('log.level')}
              value={level}
              options={levels.map((value) => ({ value, label: t(`log.level.${value}`) }))}
              onChange={setLevel}
            />
          </div>
          <div className={page.pane} tabIndex={0} role="region" aria-label={t('log.table')} data-pane="log">
            <Shown of={loaded}>
              {(log) => (
                <>
                  {lines.length === 0 ? (
                    <Nothing words={words} onClear={() => setWords('')} />
                  ) : (
                    <LogTable of={lines} />
                  )}
                  <Below of={log} onOlder={() => setLimit(Math.min(MOST, limit * 3))} more={limit < MOST} />
                </>
              )}
            </Shown>
          </div>
        </div>
      </PageBody>
    </>
  );
}

const Nothing = ({ words, onClear }: { readonly words: string; readonly onClear: () => void }): ReactNode =>
  words === '' ? (
    <EmptyState icon={ScrollText} title={t('log.empty')}>
      {t('log.empty.next')}
    </EmptyState>
  ) : (
    <EmptyState
      icon={SearchIcon}
      title={t('log.none', { text: words })}
      actions={<Button onClick={onClear}>{t('empty.clearFilter')}</Button>}
    />
  );

const Below = ({
  of: { more: thereIsMore, broken },
  onOlder,
  more,
}: {
  readonly of: WireLog;
  readonly onOlder: () => void;
  readonly more: boolean;
}): ReactNode =>
  (thereIsMore && more) || broken > 0 ? (
    <div className={css.below}>
      {thereIsMore && more ? <Button onClick={onOlder}>{t('log.older')}</Button> : null}
      {broken === 0 ? null : <span className="small muted">{t('log.broken', { n: broken })}</span>}
    </div>
  ) : null;

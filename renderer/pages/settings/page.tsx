import { useRef, useState, type ReactNode } from 'react';
import type { WireConfigView, WireSetting } from '../../../shared/contract/system-shapes.ts';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { Search } from '../../components/field.tsx';
import field from '../../components/field.module.css';
import { Icon } from '../../components/icon.tsx';
import { Link } from '../../components/link.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { Button } from '../../components/button.tsx';
import { addresses } from '../../model/addresses.ts';
import { useKeys } from '../../router/keys.ts';
import { useQuery } from '../../router/location.ts';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import type { PageProps } from '../pages.ts';
import { General } from './general.tsx';
import { Group } from './group.tsx';
import { groupIcons, groupNames, knownSettings, type GroupName } from './groups.ts';
import css from './settings.module.css';

const groupOf = ({ key }: WireSetting): GroupName => knownSettings[key]?.group ?? 'more';

/** Rules of single collections stand on the page of their pair. */
const isHere = ({ key }: WireSetting): boolean => !key.startsWith('collections.');

const has = ({ key, description }: WireSetting, text: string): boolean => {
  const title = knownSettings[key]?.title;
  return `${key} ${title === undefined ? '' : t(title)} ${description}`
    .toLowerCase()
    .includes(text.trim().toLowerCase());
};

/** Every setting of the option table, by groups; what the environment decides is shown and locked. */
export function Page({ params }: PageProps): ReactNode {
  const [text, setText] = useState('');
  const search = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => search.current?.focus() });
  const loaded = useCall('config.get', {}, ['settings', 'pairs']);
  const wanted = useQuery().get('pair') ?? undefined;
  const group = groupNames.find((one) => one === params['group']) ?? 'general';
  return (
    <>
      <PageHead
        title={t('settings.title')}
        facts={loaded.data === undefined ? '' : t('settings.sub', { path: loaded.data.path })}
        actions={
          <Search
            ref={search}
            className={field.searchFixed}
            label={t('settings.find')}
            value={text}
            onChange={setText}
            keys="/"
          />
        }
      />
      <PageBody flush>
        <div className={css.settings}>
          <nav className={css.settingsNav} aria-label={t('settings.groups')}>
            {groupNames
              .filter(
                (name) =>
                  name !== 'more' || loaded.data?.settings.some((one) => isHere(one) && groupOf(one) === 'more'),
              )
              .map((name) => (
                <Link
                  key={name}
                  className={css.groupItem}
                  to={addresses.settings(name, wanted)}
                  onClick={() => setText('')}
                  {...(name === group && text === '' ? { 'aria-current': 'page' as const } : {})}
                >
                  <Icon of={groupIcons[name]} />
                  <span>{t(`settings.group.${name}`)}</span>
                </Link>
              ))}
          </nav>
          <div
            className={css.settingsBody}
            tabIndex={0}
            role="region"
            aria-label={t('settings.title')}
            data-pane="settings"
          >
            <Shown of={loaded}>
              {(view) =>
                text.trim() !== '' ? (
                  <Found view={view} text={text} pair={wanted} onClear={() => setText('')} />
                ) : (
                  <>
                    {group === 'general' ? <General /> : null}
                    <Group
                      title={t(`settings.group.${group}`)}
                      note={group === 'brakes' ? t('settings.brakes.note') : undefined}
                      settings={view.settings.filter((one) => isHere(one) && groupOf(one) === group)}
                      path={view.path}
                      pair={wanted}
                      group={group}
                    />
                  </>
                )
              }
            </Shown>
          </div>
        </div>
      </PageBody>
    </>
  );
}

interface FoundProps {
  readonly view: WireConfigView;
  readonly text: string;
  readonly pair: string | undefined;
  readonly onClear: () => void;
}

function Found({ view, text, pair, onClear }: FoundProps): ReactNode {
  const found = view.settings.filter((one) => isHere(one) && has(one, text));
  if (found.length === 0)
    return (
      <EmptyState
        title={t('settings.none', { text })}
        actions={<Button onClick={onClear}>{t('settings.clear')}</Button>}
      >
        {t('settings.none.next')}
      </EmptyState>
    );
  return (
    <Group
      title={t('settings.found', { text: text.trim() })}
      note={undefined}
      settings={found}
      path={view.path}
      pair={pair}
      group={undefined}
    />
  );
}

import { Unplug } from 'lucide-react';
import type { ComponentType, ReactNode } from 'react';
import type { WirePair, WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Bones, EmptyState, Shown } from '../../components/empty.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { TabLinks } from '../../components/tabs.tsx';
import { addresses, pairTabs, type PairTab } from '../../model/addresses.ts';
import { useQuery } from '../../router/location.ts';
import { useCall, usePair, usePairs } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import type { PageProps } from '../pages.ts';
import { Collections } from './collections.tsx';
import { EditPair } from './edit-pair.tsx';
import { Head } from './head.tsx';
import { Integrity } from './integrity.tsx';
import { RemovePair } from './remove-pair.tsx';
import { Rules } from './rules.tsx';
import { Schema } from './schema.tsx';
import { Summary } from './summary.tsx';

/** What every view of a pair is given. */
export interface ViewProps {
  readonly status: WirePairStatus;
  readonly pair: WirePair;
}

const views: Readonly<Record<PairTab, ComponentType<ViewProps>>> = {
  summary: Summary,
  collections: Collections,
  rules: Rules,
  schema: Schema,
  integrity: Integrity,
};

/** One pair: how it stands, what is in it, by which rules, and how it is changed. */
export function Page({ params }: PageProps): ReactNode {
  const name = params['pair'] ?? '';
  const pairs = usePairs();
  const status = usePair(name);
  if (status !== undefined) return <Known status={status} tab={params['tab'] ?? ''} />;
  return (
    <>
      <PageHead title={name} />
      <PageBody>
        {pairs === null ? (
          <Bones />
        ) : (
          <EmptyState
            icon={Unplug}
            title={t('pair.unknown', { pair: name })}
            actions={<ButtonLink to={addresses.overview()}>{t('page.unknown.back')}</ButtonLink>}
          >
            {t('pair.unknown.next')}
          </EmptyState>
        )}
      </PageBody>
    </>
  );
}

function Known({ status, tab: asked }: { readonly status: WirePairStatus; readonly tab: string }): ReactNode {
  const { pair: name } = status;
  const loaded = useCall('pairs.show', { pair: name }, ['pairs', 'settings']);
  const does = useQuery().get('do');
  const tab = pairTabs.find((one) => one === asked) ?? 'summary';
  const View = does === 'edit' ? EditPair : does === 'remove' ? RemovePair : views[tab];
  return (
    <>
      <Head status={status} pair={loaded.data} decides={does !== null} />
      <PageBody>
        <div className="stackLoose">
          <TabLinks
            label={t('pair.tabs', { pair: name })}
            tabs={[
              ...pairTabs.map((one) => ({
                to: addresses.pair(name, one),
                label: t(`pair.tab.${one}`),
                selected: does === null && one === tab,
              })),
              { to: addresses.history('runs', name), label: t('pair.tab.history'), selected: false },
            ]}
          />
          <Shown of={loaded}>{(pair) => <View key={name} status={status} pair={pair} />}</Shown>
        </div>
      </PageBody>
    </>
  );
}

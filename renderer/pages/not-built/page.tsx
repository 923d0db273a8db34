import { Construction } from 'lucide-react';
import type { ReactNode } from 'react';
import { EmptyState } from '../../components/empty.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { usePath } from '../../router/location.ts';
import { t } from '../../text/text.ts';
import { Rich } from '../../text/rich.tsx';

/** What does the same in a terminal, by the first part of the address. */
const commands: Readonly<Record<string, string>> = {
  conflicts: 'tandem conflicts',
  history: 'tandem history',
  pair: 'tandem status',
  record: 'tandem conflicts',
  settings: 'tandem config',
  add: 'tandem pair add',
};
const titles: Readonly<Record<string, string>> = {
  conflicts: t('nav.conflicts'),
  history: t('nav.history'),
  sessions: t('nav.sessions'),
  settings: t('nav.settings'),
  add: t('nav.addPair'),
};

/** Stands at the address of a page that is still to be built, and says so. */
export function Page(): ReactNode {
  const place = usePath().split('/')[1] ?? '';
  return (
    <>
      <PageHead title={titles[place] ?? place} />
      <PageBody>
        <EmptyState icon={Construction} title={t('page.notBuilt.title')}>
          <Rich id="page.notBuilt.next" values={{ command: <code>{commands[place] ?? 'tandem'}</code> }} />
        </EmptyState>
      </PageBody>
    </>
  );
}

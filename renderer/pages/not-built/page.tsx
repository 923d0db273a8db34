import { Construction } from 'lucide-react';
import type { ReactNode } from 'react';
import { EmptyState } from '../../components/empty.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { t } from '../../text/text.ts';

/** Stands at the address of the sessions, which are still to be built, and says so. */
export const Page = (): ReactNode => (
  <>
    <PageHead title={t('nav.sessions')} />
    <PageBody>
      <EmptyState icon={Construction} title={t('disabled.notYet')} />
    </PageBody>
  </>
);

import { lazy, Suspense, type ReactNode } from 'react';
import { Route, Router, Switch } from 'wouter';
import { ButtonLink } from '../components/button.tsx';
import { Bones, EmptyState } from '../components/empty.tsx';
import { PageBody, PageHead } from '../components/page.tsx';
import { addresses } from '../model/addresses.ts';
import { pageEntries } from '../pages/pages.ts';
import { go, usePath } from '../router/location.ts';
import { t } from '../text/text.ts';
import { ErrorBoundary } from './error-page.tsx';

const pages = pageEntries.map(({ pattern, load }) => ({
  pattern,
  Page: lazy(async () => ({ default: (await load()).Page })),
}));

const useHash = (): [string, (to: string) => void] => [usePath(), go];

/** The page of the address; while it is loaded the place is kept, and a fault in it stays in it. */
export function PageSwitch(): ReactNode {
  const path = usePath();
  return (
    <ErrorBoundary at={path}>
      <Suspense fallback={<Loading />}>
        <Router hook={useHash}>
          <Switch>
            {pages.map(({ pattern, Page }) => (
              <Route key={pattern} path={pattern}>
                {(params: Readonly<Record<string, string | undefined>>) => <Page params={decoded(params)} />}
              </Route>
            ))}
            <Route path="/">
              <Loading />
            </Route>
            <Route>
              <UnknownPage />
            </Route>
          </Switch>
        </Router>
      </Suspense>
    </ErrorBoundary>
  );
}

/** Also while it is not known yet which page is the first one. */
const Loading = (): ReactNode => (
  <PageBody>
    <Bones />
  </PageBody>
);

const decoded = (params: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodedPart(value ?? '')]));

/** A person may type an address that is none. */
function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const UnknownPage = (): ReactNode => (
  <>
    <PageHead title={t('page.unknown.title')} />
    <PageBody>
      <EmptyState
        title={t('page.unknown.title')}
        actions={<ButtonLink to={addresses.overview()}>{t('page.unknown.back')}</ButtonLink>}
      >
        {t('page.unknown.next')}
      </EmptyState>
    </PageBody>
  </>
);

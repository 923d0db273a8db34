import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import page from '../components/page.module.css';
import { Toasts } from '../components/toast.tsx';
import { addresses } from '../model/addresses.ts';
import { useKeys } from '../router/keys.ts';
import { go, useAddress } from '../router/location.ts';
import { usePanes } from '../router/panes.ts';
import { useWindow } from '../store/hooks.ts';
import { t } from '../text/text.ts';
import css from './frame.module.css';
import { LinkNotice } from './link-notice.tsx';
import { PageSwitch } from './page-switch.tsx';
import { places } from './places.ts';
import { SideBar } from './side-bar.tsx';

const KeysDialog = lazy(async () => ({ default: (await import('./keys-dialog.tsx')).KeysDialog }));
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

/** The window: side bar, the sheet with one page, and what opens above them. */
export function App(): ReactNode {
  const [open, setOpen] = useState<'keys' | 'palette'>();
  useStartPage();
  usePanes();
  useKeys({
    '?': () => setOpen('keys'),
    'Ctrl+K': () => setOpen('palette'),
    'Ctrl+,': () => go(addresses.settings()),
    ...Object.fromEntries(places.map(({ to }, i) => [`Alt+${i + 1}`, () => go(to)])),
  });
  const close = (): void => setOpen(undefined);
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider>
        <Toasts>
          <a className="skip" href="#main" onClick={skipToPage}>
            {t('frame.skip')}
          </a>
          <div className={css.app}>
            <SideBar onHelp={() => setOpen('keys')} />
            <main className={page.sheet} id="main" tabIndex={-1} data-pane="page">
              <LinkNotice />
              <PageSwitch />
            </main>
          </div>
          <Suspense>
            {open === 'keys' ? <KeysDialog open onClose={close} /> : null}
            {open === 'palette' ? <Palette open onClose={close} /> : null}
          </Suspense>
        </Toasts>
      </Tooltip.Provider>
    </CSPProvider>
  );
}

/** The hash is the address of the page, so the skip link moves the focus by itself. */
function skipToPage(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main')?.focus();
}

/** Without an address: the welcome where there is no pair yet, else the overview. A link that is opened here logs in where the login has ended; else it leaves the address. */
function useStartPage(): void {
  const address = useAddress();
  const pairs = useWindow((state) => state.pairs?.length);
  const link = useWindow((state) => state.link.kind);
  useEffect(() => {
    if (address.startsWith('t=')) {
      // Without a login the server gives the page that takes the link.
      if (link === 'logged-out') location.reload();
      if (link === 'ready') go(addresses.overview(), { replace: true });
    }
    if (address === '/' && pairs !== undefined)
      go(pairs === 0 ? addresses.welcome() : addresses.overview(), { replace: true });
  }, [address, pairs, link]);
}

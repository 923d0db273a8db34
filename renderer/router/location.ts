import { useSyncExternalStore } from 'react';

/** The page is what stands behind the `#`: the same under http and in the desktop program. */
export const hrefTo = (to: string): string => `#${to}`;

const current = (): string => location.hash.replace(/^#/, '') || '/';

export function go(to: string, { replace = false } = {}): void {
  if (!replace) location.hash = to;
  else {
    history.replaceState(null, '', hrefTo(to));
    dispatchEvent(new Event('hashchange'));
  }
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** Path and query of the page that is shown. */
export const useAddress = (): string => useSyncExternalStore(subscribe, current);
export const usePath = (): string => useAddress().split('?')[0] ?? '/';
export const useQuery = (): URLSearchParams => new URLSearchParams(useAddress().split('?')[1] ?? '');

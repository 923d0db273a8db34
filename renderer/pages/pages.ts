import type { ComponentType } from 'react';

/** What a page gets of its address: the parts that the pattern names, decoded. */
export interface PageProps {
  readonly params: Readonly<Record<string, string>>;
}

export interface PageEntry {
  /** As wouter matches it; the first that fits counts. */
  readonly pattern: string;
  /** Loaded when it is first shown. */
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
}

const notBuilt = () => import('./not-built/page.tsx');

/** Every page of the window. A new page is one line here, and one in `test/window/pages.ts`. */
export const pageEntries: readonly PageEntry[] = [
  { pattern: '/overview', load: () => import('./overview/page.tsx') },
  { pattern: '/conflicts', load: () => import('./conflicts/page.tsx') },
  { pattern: '/conflicts/:id', load: () => import('./conflict/page.tsx') },
  { pattern: '/sessions/:name?', load: notBuilt },
  { pattern: '/history', load: () => import('./history/page.tsx') },
  { pattern: '/history/run/:id', load: () => import('./history/page.tsx') },
  { pattern: '/network', load: () => import('./network/page.tsx') },
  { pattern: '/pair/:pair/plan', load: () => import('./plan/page.tsx') },
  { pattern: '/pair/:pair/run/:id', load: () => import('./run/page.tsx') },
  { pattern: '/pair/:pair/brake/:collection', load: () => import('./brake/page.tsx') },
  { pattern: '/pair/:pair/:tab', load: () => import('./pair/page.tsx') },
  { pattern: '/record/:pair/:collection/:key', load: () => import('./timeline/page.tsx') },
  { pattern: '/settings/:group?', load: () => import('./settings/page.tsx') },
  { pattern: '/log', load: () => import('./log/page.tsx') },
  { pattern: '/add/:step?', load: () => import('./add/page.tsx') },
  { pattern: '/welcome', load: () => import('./welcome/page.tsx') },
];

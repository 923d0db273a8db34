import type { ComponentType } from 'react';
import { addMessages } from '../text/messages.ts';

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

type Load = PageEntry['load'];

/** The texts of the pages first: a page may take one while it is loaded itself. */
const withTexts =
  (load: Load): Load =>
  async () => {
    const { pageMessages } = await import('../text/page-messages.ts');
    addMessages(pageMessages);
    return load();
  };

const notBuilt: Load = () => import('./not-built/page.tsx');

/** Every page of the window. A new page is one line here, and one in `test/window/pages.ts`. */
export const pageEntries: readonly PageEntry[] = [
  { pattern: '/overview', load: () => import('./overview/page.tsx') },
  { pattern: '/conflicts', load: withTexts(() => import('./conflicts/page.tsx')) },
  { pattern: '/conflicts/:id', load: withTexts(() => import('./conflict/page.tsx')) },
  { pattern: '/sessions/:name?', load: notBuilt },
  { pattern: '/history', load: withTexts(() => import('./history/page.tsx')) },
  { pattern: '/history/run/:id', load: withTexts(() => import('./history/page.tsx')) },
  { pattern: '/network', load: withTexts(() => import('./network/page.tsx')) },
  { pattern: '/pair/:pair/plan', load: withTexts(() => import('./plan/page.tsx')) },
  { pattern: '/pair/:pair/run/:id', load: withTexts(() => import('./run/page.tsx')) },
  { pattern: '/pair/:pair/brake/:collection', load: withTexts(() => import('./brake/page.tsx')) },
  { pattern: '/pair/:pair/:tab', load: withTexts(() => import('./pair/page.tsx')) },
  { pattern: '/record/:pair/:collection/:key', load: withTexts(() => import('./timeline/page.tsx')) },
  { pattern: '/settings/:group?', load: withTexts(() => import('./settings/page.tsx')) },
  { pattern: '/log', load: withTexts(() => import('./log/page.tsx')) },
  { pattern: '/add/:step?', load: withTexts(() => import('./add/page.tsx')) },
  { pattern: '/welcome', load: withTexts(() => import('./welcome/page.tsx')) },
];

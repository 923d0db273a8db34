/* Chromium goes to no address of a scheme that it does not know: pages of `app://ui` are asked for elsewhere. */
const OUTSIDE = 'https://ui.app.test';
const INSIDE = 'app://ui';

export const toBrowser = (url: string): string =>
  url.startsWith(`${INSIDE}/`) || url === INSIDE ? OUTSIDE + url.slice(INSIDE.length) : url;

export const fromBrowser = (url: string): string =>
  url.startsWith(`${OUTSIDE}/`) || url === OUTSIDE ? INSIDE + url.slice(OUTSIDE.length) : url;

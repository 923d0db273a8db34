/**
 * What the pages of the window may do, wherever they are shown (served on loopback, or in the desktop program): load
 * what stands beside them, and ask the engine. Nothing from elsewhere, nothing inline, no text that becomes code.
 */
export const WINDOW_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

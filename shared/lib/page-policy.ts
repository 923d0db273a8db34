/**
 * What a page of Tandem may do, as the header `Content-Security-Policy`: load what stands beside it, ask whoever sent
 * it, and nothing else. The same for pages of the desktop program and of the server.
 */
export const pagePolicy = (): string =>
  [
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

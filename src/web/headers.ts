/** Security headers. Nothing on any page comes from elsewhere, and no script or style stands in the HTML. */

/** Pages for recipients and of the console. */
const PAGE_CSP = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A mail that is looked at: the words of strangers. No scripts, no forms, nothing loaded but our own pictures;
 * sandboxed even when it is opened by itself. Mails carry their styles in the HTML, so those are allowed.
 */
export const MAIL_CSP = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** For every answer. Addresses carry tokens: no other site may learn them from a Referer. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': PAGE_CSP,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'x-robots-tag': 'noindex, nofollow',
  'cache-control': 'no-store',
};

/** For the console: its own forms name their origin, which is how they are told from foreign ones. */
export const CONSOLE_HEADERS: Readonly<Record<string, string>> = {
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

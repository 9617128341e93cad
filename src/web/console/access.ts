import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../../config.ts';

/** What a request to the console gets. The refusals are stable codes; their pages say what to do. */
export type Access = 'open' | 'sign_in' | 'refused_peer' | 'refused_host' | 'refused_proxy';

/**
 * Who may see the console, in this order:
 *
 * 1. Where people can sign in (a password, accounts, single sign-on): whoever has.
 * 2. Where nobody can: only this machine. The connection must come from it, and must not have been handed on by a
 *    proxy: a reverse proxy on this machine makes the whole world look local. A PUBLIC_URL that is not local
 *    says that there is one, whatever headers it sends.
 * 3. The Host must be a loopback name: else a foreign page whose name was pointed here (DNS rebinding) could
 *    read the console with its visitor's browser.
 */
export function consoleAccess(given: {
  /** There is a password, an account or single sign-on. */
  canSignIn: boolean;
  signedIn: boolean;
  peer: string | undefined;
  headers: IncomingHttpHeaders;
  publicUrl: string;
}): Access {
  if (given.canSignIn) return given.signedIn ? 'open' : 'sign_in';
  if (given.peer === undefined || !isLoopback(given.peer)) return 'refused_peer';
  if (Object.keys(given.headers).some(isProxyHeader)) return 'refused_proxy';
  if (!isLoopbackName(hostOf(`http://${given.headers.host ?? ''}`))) return 'refused_host';
  if (!isLoopbackName(hostOf(given.publicUrl))) return 'refused_proxy';
  return 'open';
}

const PROXY_HEADERS = ['forwarded', 'via', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip'];

const isProxyHeader = (name: string): boolean =>
  name.startsWith('x-forwarded-') || PROXY_HEADERS.includes(name);

/**
 * May this POST change something? Browsers say where a form comes from; one that comes from another site, or
 * does not say, is refused.
 */
export function isOwnForm(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin, host } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host || new URL(origin).origin === originOf(publicUrl);
}

/** A name that begins like an address (127.0.0.1.evil.example) is a name. */
const isLoopbackName = (host: string): boolean =>
  isLoopback(host) && (host === 'localhost' || isIP(host) !== 0);

const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);

/** Host name without port and brackets; empty when it is none. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
}

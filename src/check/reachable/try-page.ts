import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

export interface Resolved {
  address: string;
  family: number;
}

/** How to reach pages. */
export interface Reaching {
  /** Addresses of a host; the system's own resolver unless told otherwise. */
  resolve?: (host: string) => Promise<Resolved[]>;
  /** Origins such as `https://post.orvelin.example` that may lie in a network of our own. */
  allowed?: readonly string[];
  /** For one page with all that it forwards to. */
  timeoutMs?: number;
}

/** What came of trying one page. */
export type Tried =
  | { kind: 'reached' }
  /** It answers, but with an error. */
  | { kind: 'refused'; status: number }
  /** No answer; a code of Node or of the TLS library, such as `ENOTFOUND`. */
  | { kind: 'silent'; reason: string }
  | { kind: 'forwards_on_and_on' }
  /** It lies, or forwards to what lies, where no customer can go. Nothing was asked there. */
  | { kind: 'internal' };

const TIMEOUT_MS = 5000;
const MOST_FORWARDS = 5;
/** Servers that do not know HEAD, or do not like it, are asked with GET. */
const ASK_AGAIN = new Set([400, 401, 403, 404, 405, 406, 409, 410, 429, 500, 501, 503]);

/**
 * Asks for one page without reading it. Every address, that of each page it forwards to included, must be public
 * before anything is sent there, and the connection goes to just the address that was looked at: a name that answers
 * differently a moment later gains nothing. No cookies, no credentials.
 */
export async function tryPage(address: string, reaching: Reaching = {}): Promise<Tried> {
  const signal = AbortSignal.timeout(reaching.timeoutMs ?? TIMEOUT_MS);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('timeout')), { once: true });
  });
  try {
    return await Promise.race([follow(new URL(address), reaching, signal), late]);
  } catch (error) {
    if (signal.aborted) return { kind: 'silent', reason: 'ETIMEDOUT' };
    const code = (error as NodeJS.ErrnoException).code;
    return { kind: 'silent', reason: typeof code === 'string' ? code.slice(0, 40) : 'EPROTO' };
  }
}

async function follow(first: URL, reaching: Reaching, signal: AbortSignal): Promise<Tried> {
  let url = first;
  for (let forwards = 0; forwards <= MOST_FORWARDS; forwards += 1) {
    const resolved = await placeOf(url, reaching);
    if (!resolved) return { kind: 'internal' };
    let answer = await ask(url, resolved, 'HEAD', signal);
    if (ASK_AGAIN.has(answer.status)) answer = await ask(url, resolved, 'GET', signal);
    const { status, location } = answer;
    if (status < 300 || status === 304) return { kind: 'reached' };
    if (status >= 400 || location === undefined) return { kind: 'refused', status };
    url = new URL(location, url);
  }
  return { kind: 'forwards_on_and_on' };
}

/** Where the host of a page is; null where we must not go. */
async function placeOf(
  url: URL,
  { resolve = systemResolver, allowed = [] }: Reaching,
): Promise<Resolved | null> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const places = family ? [{ address: host, family }] : await resolve(host);
  const mayBeOurs = allowed.includes(url.origin);
  if (!mayBeOurs && !places.every(({ address }) => isPublicAddress(address))) return null;
  const [place] = places;
  if (!place) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  return place;
}

const systemResolver = (host: string): Promise<Resolved[]> => lookup(host, { all: true });

function ask(
  url: URL,
  { address, family }: Resolved,
  method: 'HEAD' | 'GET',
  signal: AbortSignal,
): Promise<{ status: number; location: string | undefined }> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((done, fail) => {
    const asked = request(
      {
        method,
        signal,
        agent: false,
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port || undefined,
        path: `${url.pathname}${url.search}`,
        headers: { 'user-agent': 'Spielbein (checks links)', accept: '*/*' },
        lookup: (_host, options, give) =>
          options.all ? give(null, [{ address, family }]) : give(null, address, family),
      },
      ({ statusCode = 0, headers }: IncomingMessage) => {
        done({ status: statusCode, location: headers.location });
        asked.destroy();
      },
    );
    asked.on('error', fail);
    asked.end();
  });
}

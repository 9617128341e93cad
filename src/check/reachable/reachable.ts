import { openHtml } from '../document.ts';
import type { Finding } from '../finding.ts';
import { type Reaching, type Tried, tryPage } from './try-page.ts';

/** Pages of one mail that are tried; no mail needs more. */
const MOST_PAGES = 50;
const AT_ONCE = 4;
/** Pages that are there for people who sign in, or that keep programs out. */
const GUARDED = new Set([401, 403, 429]);

/**
 * Tries pages, each once and a few at a time. This goes out into the network, so it is done only when a person asks
 * for it, and never while mails are sent.
 * @param addresses http and https addresses; others are left alone
 */
export async function checkReachable(
  addresses: readonly string[],
  reaching: Reaching = {},
): Promise<Finding[]> {
  const pages = [...new Set(addresses.map(withoutFragment))].filter((page) => page !== '');
  const waiting = pages.slice(0, MOST_PAGES);
  const found = new Map<string, Finding | null>(waiting.map((page) => [page, null]));
  const work = async () => {
    for (let page = waiting.shift(); page !== undefined; page = waiting.shift())
      found.set(page, findingOf(page, await tryPage(page, reaching)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const findings = [...found.values()].filter((finding) => finding !== null);
  const left = pages.length - found.size;
  if (left > 0)
    findings.push({
      code: 'link_not_tried',
      severity: 'note',
      where: { part: 'html' },
      values: { count: left },
    });
  return findings;
}

/**
 * The addresses of a mail to try. Links that carry a recipient's token stand for the pages of this installation: in
 * their place goes the page that says whether they are there.
 */
export function pagesOf(
  { html, targets = [] }: { html: string; targets?: readonly { href: string }[] },
  publicUrl: string,
): string[] {
  const own = `${publicUrl.replace(/\/+$/, '')}/`;
  const linked = [...openHtml(html).links, ...targets].map(({ href }) => href);
  return [...new Set(linked.map((href) => (href.startsWith(own) ? `${own}healthz` : href)))];
}

function withoutFragment(address: string): string {
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return '';
  const url = new URL(address);
  url.hash = '';
  return url.href;
}

function findingOf(url: string, tried: Tried): Finding | null {
  const where = { part: 'html', excerpt: url.slice(0, 120) } as const;
  const shown = url.slice(0, 160);
  switch (tried.kind) {
    case 'reached':
      return null;
    case 'refused':
      return GUARDED.has(tried.status)
        ? { code: 'link_guarded', severity: 'note', where, values: { url: shown, status: tried.status } }
        : { code: 'link_dead', severity: 'error', where, values: { url: shown, status: tried.status } };
    case 'silent':
      return { code: 'link_silent', severity: 'error', where, values: { url: shown, reason: tried.reason } };
    case 'forwards_on_and_on':
      return { code: 'link_forwards', severity: 'error', where, values: { url: shown } };
    case 'internal':
      return { code: 'link_internal', severity: 'error', where, values: { url: shown } };
  }
}

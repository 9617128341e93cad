import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

/** The way out: a link to `/u/…` in both parts (UWG §7(3) no. 4), and one-click headers (RFC 8058). */
export function checkUnsubscribe({ links, text, publicUrl, headers }: OpenedMail): Finding[] {
  const start = `${publicUrl.replace(/\/+$/, '')}/u/`;
  const found: Finding[] = [];
  const missing = (part: 'html' | 'text') =>
    found.push({
      code: 'unsubscribe_missing',
      severity: 'error',
      where: { part },
      values: { part: part === 'html' ? 'HTML' : 'Text' },
    });
  const offered = links.some(({ href, label }) => leads(href, start) && label !== '');
  if (!offered) missing('html');
  if (text.trim() !== '' && !text.split(/\s+/).some((word) => leads(word, start))) missing('text');
  if (headers) {
    const named = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const oneClick = /List-Unsubscribe=One-Click/i.test(named.get('list-unsubscribe-post') ?? '');
    if (!oneClick || !/<https:\/\/|<http:\/\/localhost/i.test(named.get('list-unsubscribe') ?? ''))
      found.push({ code: 'unsubscribe_header', severity: 'error', where: { part: 'headers' }, values: {} });
  }
  return found;
}

const leads = (address: string, start: string) => address.startsWith(start) && address.length > start.length;

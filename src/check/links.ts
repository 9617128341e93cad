import type { Finding, Severity, Where } from './finding.ts';
import type { OpenedMail } from './mail.ts';
import { bareHost, isWithin, ownDomains } from './own-domains.ts';
import type { CheckCode } from './words.ts';

/** RFC 2606 and what people type when they mean to come back. */
const PLACEHOLDER_HOST =
  /^(?:.*\.)?(?:example\.(?:com|net|org|de)|domain\.(?:com|tld)|(?:deine|ihre|meine|your|my)-?(?:domain|website|seite|firma|company)\.\w+|test\.(?:com|de))$/i;
const TEMPLATE = /\{\{|\}\}|\[\[|\]\]|%7B%7B|%%|\$\{|\bundefined\b|\[object /i;
const LOCAL = /^(?:localhost|127\.|10\.|192\.168\.|0\.0\.0\.0|\[::1\])/i;

/** RFC 6068: several addresses, or none where the fields after the question mark say all; RFC 3966. */
const ADDRESS = String.raw`[^\s@?,]+@[^\s@?,]+`;
const CALL = new RegExp(
  String.raw`^(?:mailto:(?:${ADDRESS}(?:,${ADDRESS})*(?:\?\S*)?|\?\S+=\S*)|(?:tel|sms):\+?[\d().*#/-]+)$`,
  'i',
);

/** Addresses: their form, their kind, and whether they lead where their text says. Nothing is fetched. */
export function checkLinks(mail: OpenedMail): Finding[] {
  const own = ownDomains(mail);
  const foreign = new Map<string, Where>();
  const judge = (href: string, label: string, where: Where): Finding[] => {
    const say = (code: CheckCode, severity: Severity, values: Finding['values'] = {}): Finding[] => [
      { code, severity, where, values },
    ];
    if (href === '' || href.startsWith('#')) return say('link_empty', 'error', { label: label || '–' });
    if (TEMPLATE.test(href)) return say('link_placeholder', 'error', { url: href });
    if (/^\s*(?:javascript|data|vbscript|file):/i.test(href))
      return say('link_script', 'error', { url: href });
    if (/^(?:mailto|tel|sms):/i.test(href))
      return CALL.test(href) ? [] : say('link_malformed', 'error', { url: href });
    if (/\s/.test(href) || !/^https?:\/\/[^/]/i.test(href) || !URL.canParse(href))
      return say('link_malformed', 'error', { url: href });
    const { protocol, hostname, host } = new URL(href);
    const itsOwn = isWithin(hostname, own);
    if (!itsOwn && PLACEHOLDER_HOST.test(hostname)) return say('link_placeholder', 'error', { url: href });
    if (!hostname.includes('.') && !itsOwn) return say('link_malformed', 'error', { url: href });
    if (label === '') return say('link_unlabelled', 'error', { url: href });
    const shown = label.length < 300 ? shownHost(label) : null;
    if (shown && shown !== bareHost(hostname)) return say('link_other_shown', 'error', { shown, host });
    if (!itsOwn) foreign.set(bareHost(hostname), foreign.get(bareHost(hostname)) ?? where);
    if (protocol === 'http:' && !LOCAL.test(hostname)) return say('link_insecure', 'warning', { url: href });
    return [];
  };
  const found = [
    ...mail.links.flatMap(({ element, href, label }) =>
      judge(href, label, mail.at(element, `${label} → ${href}`)),
    ),
    ...(mail.targets ?? []).flatMap(({ contentId, href }) =>
      judge(href, contentId, { part: 'html', excerpt: `${contentId} → ${href}` }),
    ),
  ];
  return [
    ...found,
    ...[...foreign].map(
      ([host, where]): Finding => ({ code: 'link_foreign', severity: 'note', where, values: { host } }),
    ),
  ];
}

/** The host that a link's text names, if the text is an address. */
function shownHost(label: string): string | null {
  const [, host] = /^(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,})(?:[/?#:]\S*)?$/iu.exec(label) ?? [];
  if (!host || !URL.canParse(`https://${host}`)) return null;
  const ending = host.slice(host.lastIndexOf('.') + 1).toLowerCase();
  // "Z.B" or "Version.neu" is no address; whoever writes https:// or www. means one
  const meant = /^(?:https?:\/\/|www\.)/i.test(label) || KNOWN_ENDINGS.has(ending);
  return meant ? bareHost(new URL(`https://${host}`).hostname) : null;
}

const KNOWN_ENDINGS = new Set('de com at ch eu net org info io biz shop uk fr it nl example'.split(' '));

import { caniemail, rawData } from 'caniemail';
import postcss from 'postcss';
import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';
import { recently } from './recently.ts';
import { rewriteHtml } from './rewrite.ts';
import { TOO_LARGE } from './size.ts';
import { skeletonOf } from './skeleton.ts';
import { isTooLong } from './styles.ts';

/** Clients whose tests are complete, by the family that a finding names. */
const TESTED = {
  'outlook.windows': 'Outlook (Windows)',
  'outlook.outlook-com': 'Outlook.com',
  'gmail.desktop-webmail': 'Gmail',
  'gmail.android': 'Gmail',
  'apple-mail.ios': 'Apple Mail',
  'apple-mail.macos': 'Apple Mail',
} as const;
/** With gaps in their tests; asked about what one of the others lacks. */
const PARTLY_TESTED = {
  'gmx.desktop-webmail': 'GMX',
  'gmx.android': 'GMX',
  'web-de.desktop-webmail': 'WEB.DE',
  'web-de.android': 'WEB.DE',
} as const;

/**
 * Features without which a mail falls apart, or a part of it is missing. What only looks plainer without support
 * (rounded corners, shadows, letter spacing …) is left alone.
 */
const BREAKS =
  /^(?:display:(?:flex|grid)|flex-|grid-template|position$|left, right|background-image|object-fit|CSS (?:calc|Variables|Nesting)|clamp\(\)|min\(\)|max\(\)|light-dark|(?:lch|conic-gradient|linear-gradient|radial-gradient)\(|transform$|animation$|@keyframes|column-count|css column|clip-path|writing-mode|v[wh] unit|vm(?:in|ax) unit|float$|::(?:before|after)|:checked|inset$|<(?:video|audio|form|input|select|textarea|button|dialog|picture|object|marquee|meter|progress)\b|Embedded <svg>|(?:webP|AVIF|HEIF|TIFF|HDR|ICO|SVG) image|Video as Image|HTML5 semantics)/i;

/** What may be lost where: each feature once, with the families of clients that lack it (caniemail.com). */
export function checkClients(mail: Pick<OpenedMail, 'html' | 'at'>): Finding[] {
  if (mail.html.length > TOO_LARGE) return [];
  return unsupported(skeletonOf(mail.html)).map(({ feature, clients, line }) => ({
    code: 'client_unsupported',
    severity: 'warning',
    where: { part: 'html', ...(line ? { line } : {}) },
    values: { feature, clients: clients.join(', ') },
  }));
}

interface Lack {
  feature: string;
  clients: string[];
  line: number | undefined;
}

const unsupported: (skeleton: string) => readonly Lack[] = recently(300, (skeleton) => {
  const lacks = new Map<string, Lack>();
  for (const { client, title, line } of issuesOf(withoutImprovements(skeleton))) {
    if (!BREAKS.test(title)) continue;
    const lack = lacks.get(title) ?? { feature: title, clients: [], line };
    if (!lack.clients.includes(TESTED[client])) lack.clients.push(TESTED[client]);
    lacks.set(title, lack);
  }
  for (const lack of lacks.values())
    for (const [client, family] of Object.entries(PARTLY_TESTED))
      if (lacksSupport(lack.feature, client) && !lack.clients.includes(family)) lack.clients.push(family);
  return [...lacks.values()];
});

type Client = keyof typeof TESTED;

interface Issue {
  client: Client;
  title: string;
  line: number | undefined;
}

/** The package throws where a client was never asked about something that the mail uses: then each by itself. */
function issuesOf(html: string): Issue[] {
  const clients = Object.keys(TESTED) as Client[];
  const ask = (some: Client[]) => {
    const { errors } = caniemail({ clients: some, html }).issues;
    return some.flatMap((client) =>
      (errors.get(client) ?? []).map(({ title, position }) => ({
        client,
        title: title.trim(),
        line: position?.start.line,
      })),
    );
  };
  try {
    return ask(clients);
  } catch {
    return clients.flatMap((client) => {
      try {
        return ask([client]);
      } catch {
        return [];
      }
    });
  }
}

/** By the newest test; a client that was not asked is not accused. */
function lacksSupport(title: string, client: string): boolean {
  const [family = '', platform = ''] = client.split('.');
  const stats = rawData.data.find((feature) => feature.title.trim() === title)?.stats as
    | Record<string, Record<string, Record<string, string>> | undefined>
    | undefined;
  return (
    Object.values(stats?.[family]?.[platform] ?? {})
      .at(-1)
      ?.startsWith('n') ?? false
  );
}

/**
 * Leaves out what has a fallback: rules in `@media` and `@supports` improve on the ones outside, and of a property
 * that is declared twice in one place the first is for those who do not know the second.
 */
function withoutImprovements(html: string): string {
  return rewriteHtml(html, {
    text: (text, inStyle) => (inStyle ? plainCss(text, false) : text),
    attribute: (name, value) => (name === 'style' ? plainCss(value, true) : value),
  });
}

function plainCss(css: string, inline: boolean): string {
  if (isTooLong(css, inline)) return '';
  try {
    const root = postcss.parse(css);
    root.walkAtRules(/^(?:media|supports)$/, (rule) => void rule.remove());
    for (const rule of [root, ...rulesIn(root)]) {
      const seen = new Set<string>();
      for (const node of [...(rule.nodes ?? [])])
        if (node.type === 'decl') {
          if (seen.has(node.prop)) node.remove();
          seen.add(node.prop);
        }
    }
    return root.toString();
  } catch {
    return css;
  }
}

function rulesIn(root: postcss.Root): postcss.Rule[] {
  const rules: postcss.Rule[] = [];
  root.walkRules((rule) => void rules.push(rule));
  return rules;
}

import { RULES, type Rule } from './rules.ts';

/** What a bounce means for the address. */
export interface Verdict {
  kind: Rule['kind'];
  /** Enhanced status code (RFC 3463), e.g. `5.1.1`; null when nothing is known. */
  status: string | null;
}

/**
 * What a refusal means: the first of the rules that fits its status code and its words. Pure.
 * @param refusal.status the report's own status; a general one (`5.0.0`) gives way to the one in the server's words
 * @param refusal.text what the far server said; may be empty
 */
export function classify(refusal: { status: string | null; text: string }): Verdict {
  const text = refusal.text.slice(0, 2000);
  const status = bestStatus(refusal.status, text);
  const words = withoutNames(text);
  const rule = RULES.find(
    (each) =>
      (!each.status || each.status.test(status ?? '')) &&
      (!each.says || each.says.some((phrase) => phrase.test(words))),
  );
  return { kind: rule?.kind ?? 'soft_bounce', status };
}

/** An enhanced status code (RFC 3463) in a text, e.g. in `Status: 5.1.1 (bad mailbox)`. */
export function enhancedStatus(text: string): string | null {
  // neither a piece of an IP address nor of a version
  return /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)/.exec(text)?.[1] ?? null;
}

/**
 * The most precise of: the report's status, one in the server's words, the class of its SMTP reply code. A report that
 * says "for now" is believed, whatever the words say.
 */
function bestStatus(reported: string | null, text: string): string | null {
  const own = enhancedStatus(reported ?? '');
  const said = enhancedStatus(text);
  if (own && (!own.endsWith('.0.0') || (said !== null && said[0] !== own[0]))) return own;
  const [, replyClass] = /(?<![\d.])([45])\d\d(?=[\s-])/.exec(text) ?? [];
  return said ?? own ?? (replyClass ? `${replyClass}.0.0` : null);
}

/** Names of hosts and people out of the way: `mx.antispam.example said: user unknown` is not about spam. */
function withoutNames(text: string): string {
  return text
    .replace(/\S{1,64}@\S{1,255}/g, ' ')
    .replace(/[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z][a-z-]{1,30}\b(?::\/\/\S{0,200})?/gi, ' ')
    .replace(/\s+/g, ' ');
}

import { type ConfigData, HtmlValidate, type Message } from 'html-validate';
import { cleanLine } from '../render/clean.ts';
import type { Finding, Severity } from './finding.ts';
import type { OpenedMail } from './mail.ts';
import { recently } from './recently.ts';
import { TOO_LARGE } from './size.ts';
import { skeletonOf } from './skeleton.ts';
import type { CheckCode } from './words.ts';

/**
 * Rules of html-validate that make sense for mail: what makes clients guess. Old attributes (`bgcolor`, `align`,
 * `cellpadding`) are right in mails, styles in attributes as well, and the rules of websites (titles, landmarks,
 * headings in order) do not apply.
 */
const RULES = {
  'missing-doctype': { severity: 'error', code: 'html_doctype' },
  'close-order': { severity: 'error', code: 'html_unbalanced' },
  'void-content': { severity: 'error', code: 'html_unbalanced' },
  'close-attr': { severity: 'error', code: 'html_attribute' },
  'attr-delimiter': { severity: 'error', code: 'html_attribute' },
  'attr-spacing': { severity: 'error', code: 'html_attribute' },
  'no-dup-attr': { severity: 'error', code: 'html_attribute_twice' },
  'no-dup-id': { severity: 'warn', code: 'html_id_twice' },
  'unrecognized-char-ref': { severity: 'warn', code: 'html_entity' },
  'element-permitted-content': { severity: 'warn', code: 'html_misplaced' },
  'element-permitted-parent': { severity: 'warn', code: 'html_misplaced' },
  'element-required-ancestor': { severity: 'warn', code: 'html_misplaced' },
} as const satisfies Record<string, { severity: 'error' | 'warn'; code: CheckCode }>;

const CONFIG: ConfigData = {
  root: true,
  extends: [],
  elements: [
    'html5',
    { center: { flow: true, permittedContent: ['@flow'] }, font: { phrasing: true, flow: true } },
  ],
  rules: Object.fromEntries(Object.entries(RULES).map(([rule, { severity }]) => [rule, severity])),
};

/** Validity of the HTML: each fault once, with the first line where it stands. */
export function checkValidity({ html, cutOff }: Pick<OpenedMail, 'html' | 'cutOff'>): Finding[] {
  if (cutOff) return [{ code: 'html_nested_deep', severity: 'error', where: { part: 'html' }, values: {} }];
  if (html.length > TOO_LARGE) return [];
  return faultsOf(skeletonOf(html)).map(({ code, severity, line, what, count }) => ({
    code,
    severity,
    where: { part: 'html', line, ...(what && { excerpt: what }) },
    values: { what, count },
  }));
}

interface Fault {
  code: CheckCode;
  severity: Severity;
  line: number;
  /** The tag, attribute or character that is meant, as it is written. */
  what: string;
  count: number;
}

let validator: HtmlValidate | undefined;

const faultsOf: (skeleton: string) => readonly Fault[] = recently(300, (skeleton) => {
  validator ??= new HtmlValidate(CONFIG);
  const faults = new Map<string, Fault>();
  const { results } = validator.validateStringSync(skeleton);
  for (const message of results.flatMap((result) => result.messages)) {
    const { severity, code } = ruleOf(message.ruleId);
    const what = whatOf(message);
    const known = faults.get(`${code} ${what}`);
    if (known) known.count += 1;
    else faults.set(`${code} ${what}`, { code, severity, line: message.line, what, count: 1 });
  }
  return [...faults.values()];
});

/** What is none of our rules is the parser's own: it could not read on. */
function ruleOf(ruleId: string): { severity: Severity; code: CheckCode } {
  if (!Object.hasOwn(RULES, ruleId)) return { severity: 'error', code: 'html_unreadable' };
  const { severity, code } = RULES[ruleId as keyof typeof RULES];
  return { severity: severity === 'warn' ? 'warning' : 'error', code };
}

/** `<tr> in <div>` where one thing lies in another; otherwise what the message puts in quotes or brackets. */
function whatOf({ message, context }: Message): string {
  const { child, parent, ancestor, kind } = (context ?? {}) as Record<string, unknown>;
  const around = parent ?? (kind === 'descendant' ? ancestor : undefined);
  if (typeof child === 'string') return around ? `${child} in ${String(around)}` : child;
  const [, quoted] = /"(.*)"/s.exec(message) ?? [];
  return cleanLine(quoted ?? /<\/?[\w:-]+>/.exec(message)?.[0] ?? '', 60);
}

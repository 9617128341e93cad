import { type ConfigData, HtmlValidate } from 'html-validate';
import type { Finding, Severity } from './finding.ts';
import type { OpenedMail } from './mail.ts';
import { recently } from './recently.ts';
import { skeletonOf } from './skeleton.ts';

/**
 * Rules for mail: what makes clients guess. Old attributes (`bgcolor`, `align`, `cellpadding`) are right in mails,
 * styles in attributes as well, and the rules of websites (titles, landmarks, headings in order) do not apply.
 */
const CONFIG: ConfigData = {
  root: true,
  extends: [],
  elements: [
    'html5',
    { center: { flow: true, permittedContent: ['@flow'] }, font: { phrasing: true, flow: true } },
  ],
  rules: {
    'close-attr': 'error',
    'close-order': 'error',
    'void-content': 'error',
    'element-permitted-content': 'warn',
    'element-permitted-parent': 'warn',
    'element-required-ancestor': 'warn',
    'attr-delimiter': 'error',
    'attr-spacing': 'error',
    'no-dup-attr': 'error',
    'no-dup-id': 'warn',
    'no-multiple-main': 'off',
    'unrecognized-char-ref': 'warn',
    'valid-id': 'off',
    'missing-doctype': 'error',
  },
};

/** Browsers and mail clients repair these in ways of their own. */
const ERRORS = 2;

/** Validity of the HTML: each fault once, with the first line where it stands. */
export function checkValidity(mail: Pick<OpenedMail, 'html'>): Finding[] {
  return faultsOf(skeletonOf(mail.html)).map(({ severity, line, message, count }) => ({
    code: 'html_invalid',
    severity,
    where: { part: 'html', line },
    values: { message, count },
  }));
}

interface Fault {
  severity: Severity;
  line: number;
  message: string;
  count: number;
}

let validator: HtmlValidate | undefined;

const faultsOf: (skeleton: string) => readonly Fault[] = recently(300, (skeleton) => {
  validator ??= new HtmlValidate(CONFIG);
  const faults = new Map<string, Fault>();
  const { results } = validator.validateStringSync(skeleton);
  for (const { message, severity, line } of results.flatMap((result) => result.messages)) {
    const known = faults.get(message);
    if (known) known.count += 1;
    else faults.set(message, { severity: severity >= ERRORS ? 'error' : 'warning', line, message, count: 1 });
  }
  return [...faults.values()];
});

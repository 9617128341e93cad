import { checkMail } from './checks.ts';
import { type Finding, SEVERITIES } from './finding.ts';
import type { MailToCheck } from './mail.ts';
import type { CheckCode } from './words.ts';

/** One kind of finding over many rendered mails. */
export interface MergedFinding<Id> {
  code: CheckCode;
  /** The gravest that was found. */
  severity: Finding['severity'];
  /** In how many mails. */
  mails: number;
  /** The first mail with the gravest, and what was found there. */
  example: { id: Id; finding: Finding };
}

export interface VariantsReport<Id> {
  /** How many mails were looked at. */
  mails: number;
  /** Mails by the gravest thing found in them; `clean` has neither errors nor warnings. */
  withErrors: number;
  withWarnings: number;
  clean: number;
  findings: MergedFinding<Id>[];
}

const rank = ({ severity }: Pick<Finding, 'severity'>) => SEVERITIES.indexOf(severity);

/** Collects findings mail by mail, for callers that render in portions; memory does not grow with the mails. */
export function createTally<Id>(): {
  add(id: Id, findings: readonly Finding[]): void;
  report(): VariantsReport<Id>;
} {
  const merged = new Map<CheckCode, MergedFinding<Id>>();
  const mails = { mails: 0, withErrors: 0, withWarnings: 0, clean: 0 };
  return {
    add(id, findings) {
      mails.mails += 1;
      const worst = findings.reduce((least, finding) => Math.min(least, rank(finding)), SEVERITIES.length);
      if (worst === 0) mails.withErrors += 1;
      else if (worst === 1) mails.withWarnings += 1;
      else mails.clean += 1;
      const counted = new Set<CheckCode>();
      for (const finding of findings) {
        const { code, severity } = finding;
        const known = merged.get(code);
        const count = (known?.mails ?? 0) + (counted.has(code) ? 0 : 1);
        counted.add(code);
        const graver = !known || rank(finding) < rank(known);
        if (graver) merged.set(code, { code, severity, mails: count, example: { id, finding } });
        else known.mails = count;
      }
    },
    report: () => ({
      ...mails,
      findings: [...merged.values()].sort((a, b) => rank(a) - rank(b) || b.mails - a.mails),
    }),
  };
}

/** Checks many rendered mails one after the other, and merges what was found by code. */
export function checkVariants<Id>(mails: Iterable<{ id: Id; mail: MailToCheck }>): VariantsReport<Id> {
  const tally = createTally<Id>();
  for (const { id, mail } of mails) tally.add(id, checkMail(mail));
  return tally.report();
}

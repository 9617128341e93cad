import { cleanLine } from '../render/clean.ts';
import { checkActiveContent } from './active-content.ts';
import { checkAltTexts } from './alt-texts.ts';
import { checkClients } from './clients.ts';
import { checkContrast } from './contrast.ts';
import { type Finding, SEVERITIES } from './finding.ts';
import { checkImprint } from './imprint.ts';
import { checkLanguage } from './language.ts';
import { checkLinks } from './links.ts';
import { type MailToCheck, type OpenedMail, openMail } from './mail.ts';
import { checkReadability } from './readability.ts';
import { checkShouting } from './shouting.ts';
import { checkSize } from './size.ts';
import { checkSpamWords } from './spam-words.ts';
import { checkSubject } from './subject.ts';
import { checkTextPart } from './text-part.ts';
import { checkUnfilled } from './unfilled.ts';
import { checkUnsubscribe } from './unsubscribe.ts';
import { checkValidity } from './validity.ts';

/** Every check, in the order in which findings of one severity are shown (docs/checks.md). All are pure. */
export const CHECKS = {
  unsubscribe: checkUnsubscribe,
  imprint: checkImprint,
  unfilled: checkUnfilled,
  size: checkSize,
  links: checkLinks,
  active: checkActiveContent,
  alt: checkAltTexts,
  contrast: checkContrast,
  text: checkTextPart,
  language: checkLanguage,
  subject: checkSubject,
  shouting: checkShouting,
  spam: checkSpamWords,
  validity: checkValidity,
  clients: checkClients,
  readability: checkReadability,
} as const satisfies Record<string, (mail: OpenedMail) => Finding[]>;

/** Longer values say no more, and lists of findings are kept. */
const LONGEST_VALUE = 160;

/** More of the same code and part say nothing new. */
const MOST_ALIKE = 10;

/**
 * What is wrong with a mail as it would go out: errors first. Validity and clients are slow (about 100 ms) for HTML
 * of a structure not seen before, and free for the next mail that is built alike.
 */
export function checkMail(mail: MailToCheck): Finding[] {
  const opened = openMail(mail);
  const alike = new Map<string, number>();
  return Object.values(CHECKS)
    .flatMap((check) => check(opened))
    .map(tidy)
    .filter(({ code, where }) => {
      const count = (alike.get(`${code} ${where.part}`) ?? 0) + 1;
      alike.set(`${code} ${where.part}`, count);
      return count <= MOST_ALIKE;
    })
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** What a mail contains may be anything: one clean line of bounded length each. */
const tidy = (finding: Finding): Finding => ({
  ...finding,
  where: {
    ...finding.where,
    ...(finding.where.excerpt !== undefined && { excerpt: cleanLine(finding.where.excerpt, 120) }),
  },
  values: Object.fromEntries(
    Object.entries(finding.values).map(([name, value]) => [
      name,
      typeof value === 'string' ? cleanLine(value, LONGEST_VALUE) : value,
    ]),
  ),
});

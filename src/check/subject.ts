import { shortened } from '../render/clean.ts';
import type { Finding } from './finding.ts';
import type { MailToCheck } from './mail.ts';

/**
 * Characters of a subject that a phone held upright shows, from measurements people published: about 41 in
 * Apple Mail on an iPhone, about 33 in the Gmail app on Android. Wide letters and large type show fewer.
 */
export const PHONES = { iphone: 41, android: 33 } as const;
/** Beyond this, desktop lists cut too (Gmail in a browser shows about 70, Outlook 60 to 73). */
const SUBJECT_MAX = 78;
/** Characters of the preheader that Apple Mail shows on a phone, in two lines. */
const PREHEADER_SHOWN = 99;
/** Shorter than this, some lists go on with the first words of the mail. */
const PREHEADER_LEAST = 30;

/** Length of subject and preheader, and how phones cut them. */
export function checkSubject({ subject, preheader }: MailToCheck): Finding[] {
  const found: Finding[] = [];
  const line = subject.trim();
  const length = [...line].length;
  const of = (part: 'subject' | 'preheader', text: string) => ({ part, excerpt: shortened(text, 120) });
  if (length === 0)
    found.push({ code: 'subject_empty', severity: 'error', where: { part: 'subject' }, values: {} });
  else if (length > SUBJECT_MAX)
    found.push({
      code: 'subject_long',
      severity: 'warning',
      where: of('subject', line),
      values: { length, max: SUBJECT_MAX },
    });
  if (length > PHONES.android)
    found.push({
      code: 'subject_cut',
      severity: 'note',
      where: of('subject', line),
      values: { length, iphone: cutAt(line, PHONES.iphone), android: cutAt(line, PHONES.android) },
    });

  const intro = preheader.trim();
  const shown = [...intro].length;
  const say = (code: Finding['code'], severity: Finding['severity'], values: Finding['values'] = {}) =>
    found.push({ code, severity, where: of('preheader', intro), values });
  if (shown === 0) say('preheader_missing', 'warning');
  else if (intro.toLowerCase() === line.toLowerCase()) say('preheader_repeats', 'warning');
  else if (shown < PREHEADER_LEAST) say('preheader_short', 'note', { length: shown });
  else if (shown > PREHEADER_SHOWN)
    say('preheader_cut', 'note', { length: shown, phone: cutAt(intro, PREHEADER_SHOWN) });
  return found;
}

/** As lists do it: so many characters, wherever a word ends. */
export function cutAt(line: string, max: number): string {
  const characters = [...line];
  return characters.length <= max ? line : `${characters.slice(0, max).join('').trimEnd()}…`;
}

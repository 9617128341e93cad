import { type Frequency, type Preferences, TOPICS, type Topic } from '../../domain/conversation.ts';
import type { Language } from '../../domain/customer.ts';
import { addMonths } from '../months.ts';

/** How long a pause is, in months. */
export const PAUSE_MONTHS = 3;

/** What the preferences page says when it is sent: all of it, changed or not. */
export interface PreferencesForm {
  language: Language;
  frequency: Frequency | null;
  topicsOff: readonly Topic[];
  ratioWish: number | null;
  /** To begin one now; the day (ISO 8601 date) until which one was running when the page was shown; or none. */
  pause: 'begin' | string | null;
  /** Keys of the products that the page listed as theirs: left out of `used`, these are said not to be in use. */
  shown: readonly string[];
  /** Keys of the products that are said to be in use, of these and of all others. */
  used: readonly string[];
}

/** What can't be told of customers by their wishes: how the CRM has it, and how it was until now. */
export interface Standing {
  before: Preferences;
  crmLanguage: Language;
  /** ISO 8601 date. */
  today: string;
}

/** What is to be kept of a form: only where it differs from what holds without it. Pure. */
export function wishesOf(form: PreferencesForm, { before, crmLanguage, today }: Standing): Preferences {
  return {
    language: form.language === crmLanguage && before.language === null ? null : form.language,
    frequency: form.frequency,
    topicsOff: TOPICS.filter((topic) => form.topicsOff.includes(topic)),
    ratioWish: form.ratioWish,
    pausedUntil: pausedUntil(form.pause, today),
  };
}

function pausedUntil(pause: PreferencesForm['pause'], today: string): string | null {
  if (pause === null) return null;
  const longest = addMonths(today, PAUSE_MONTHS);
  if (pause === 'begin' || pause > longest) return longest;
  return pause > today ? pause : null;
}

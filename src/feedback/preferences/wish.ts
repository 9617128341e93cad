import { type Frequency, type Preferences, TOPICS, type Topic } from '../../domain/conversation.ts';
import type { Language } from '../../domain/customer.ts';
import { addMonths } from '../months.ts';

/** How long a pause is, in months. */
export const PAUSE_MONTHS = 3;

/** What the fields of the preferences page say about wishes. */
export interface FormWishes {
  language: Language;
  frequency: Frequency | null;
  topicsOff: readonly Topic[];
  ratioWish: number | null;
  /** To begin one now; the day (ISO 8601 date) until which one was running when the page was shown; or none. */
  pause: 'begin' | string | null;
}

/** What the preferences page says when it is sent: all of it, changed or not. */
export interface PreferencesForm extends FormWishes {
  /** What it said when it was shown: only what differs was changed. Unknown: all of it is meant. */
  was?: (FormWishes & { unused: readonly string[] }) | null;
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

/**
 * What is to be kept of a form: what was changed on it, and only where it differs from what holds without it. What was
 * left as it was shown stays as it is now; it may have been changed elsewhere meanwhile. Pure.
 */
export function wishesOf(form: PreferencesForm, { before, crmLanguage, today }: Standing): Preferences {
  const { was } = form;
  const untouched = (field: keyof FormWishes) => was?.[field] === form[field];
  const isOff = (topic: Topic) => {
    const off = form.topicsOff.includes(topic);
    return was?.topicsOff.includes(topic) === off ? before.topicsOff.includes(topic) : off;
  };
  const sameLanguage = untouched('language') || (form.language === crmLanguage && before.language === null);
  return {
    language: sameLanguage ? before.language : form.language,
    frequency: untouched('frequency') ? before.frequency : form.frequency,
    topicsOff: TOPICS.filter(isOff),
    ratioWish: untouched('ratioWish') ? before.ratioWish : form.ratioWish,
    pausedUntil: untouched('pause') ? before.pausedUntil : pausedUntil(form.pause, today),
  };
}

function pausedUntil(pause: PreferencesForm['pause'], today: string): string | null {
  if (pause === null) return null;
  const longest = addMonths(today, PAUSE_MONTHS);
  if (pause === 'begin' || pause > longest) return longest;
  return pause > today ? pause : null;
}

import type { Frequency, Preferences, Topic } from '../../domain/conversation.ts';
import type { Language } from '../../domain/customer.ts';

interface Wording {
  frequency: Record<Frequency, string>;
  topics: Record<Topic, string>;
  topicsOff: (names: string) => string;
  nothing: string;
  language: Record<Language, string>;
  paused: (day: string) => string;
  wishes: Record<'-2' | '-1' | '0' | '1' | '2', string>;
}

const WORDING: Record<Language, Wording> = {
  de: {
    frequency: {
      monthly: 'Höchstens einmal im Monat Post',
      quarterly: 'Höchstens einmal im Quartal Post',
      important: 'Nur wichtige Mitteilungen',
    },
    topics: {
      version: 'Neue Versionen',
      accessory: 'Zubehör',
      service: 'Service',
      training: 'Schulungen',
      'know-how': 'Wissen',
      offers: 'Neues und Angebote',
    },
    topicsOff: (names) => `Kein Interesse an: ${names}`,
    nothing: 'Alle Themen abbestellt: bekommt keine Mails',
    language: { de: 'Sprache: Deutsch', en: 'Sprache: Englisch' },
    paused: (day) => `Pause: keine Post vor dem ${day}`,
    wishes: {
      '-2': 'viel mehr Bewährtes',
      '-1': 'mehr Bewährtes',
      '0': 'Bewährtes und Neues wie bisher',
      '1': 'mehr Neues',
      '2': 'viel mehr Neues',
    },
  },
  en: {
    frequency: {
      monthly: 'A mail once a month at most',
      quarterly: 'A mail once a quarter at most',
      important: 'Important messages only',
    },
    topics: {
      version: 'New versions',
      accessory: 'Accessories',
      service: 'Service',
      training: 'Training',
      'know-how': 'Know-how',
      offers: 'New things and offers',
    },
    topicsOff: (names) => `Not interested in: ${names}`,
    nothing: 'All topics turned off: gets no mail',
    language: { de: 'Language: German', en: 'Language: English' },
    paused: (day) => `Pause: no mail before ${day}`,
    wishes: {
      '-2': 'much more of the proven',
      '-1': 'more of the proven',
      '0': 'proven and new as before',
      '1': 'more that is new',
      '2': 'much more that is new',
    },
  },
};

/** A topic's name, as customers read it. */
export const topicName = (topic: Topic, language: Language): string => WORDING[language].topics[topic];

/** `2027-02-24` → `24.02.2027` or `24 Feb 2027`. */
export function dayWords(day: string, language: Language): string {
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    dateStyle: 'medium',
    timeZone: 'UTC',
  }).format(new Date(`${day}T00:00:00Z`));
}

/** A wish about old and new (-2 to 2), to go on a sentence with: "mehr Neues". */
export const wishWords = (ratioWish: number, language: Language): string =>
  WORDING[language].wishes[String(ratioWish) as keyof Wording['wishes']];

/**
 * What a customer wishes for, in words that suit any reader: one short statement without a full stop for each thing
 * said, none for what nothing was said about. Given `today` (ISO 8601 date), a pause that is over is left out.
 */
export function preferenceWords(preferences: Preferences, language: Language, today?: string): string[] {
  const wording = WORDING[language];
  const { frequency, topicsOff, pausedUntil, ratioWish } = preferences;
  const topics = Object.keys(wording.topics) as Topic[];
  const off = topics.filter((topic) => topicsOff.includes(topic));
  const words: string[] = [];
  if (frequency !== null) words.push(wording.frequency[frequency]);
  if (off.length === topics.length) words.push(wording.nothing);
  else if (off.length > 0)
    words.push(wording.topicsOff(off.map((topic) => wording.topics[topic]).join(', ')));
  if (ratioWish !== null) words.push(capital(wishWords(ratioWish, language)));
  if (preferences.language !== null) words.push(wording.language[preferences.language]);
  if (pausedUntil !== null && (today === undefined || pausedUntil > today)) {
    words.push(wording.paused(dayWords(pausedUntil, language)));
  }
  return words;
}

const capital = (words: string): string => words.slice(0, 1).toUpperCase() + words.slice(1);

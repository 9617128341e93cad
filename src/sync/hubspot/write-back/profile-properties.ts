import type { Language } from '../../../domain/customer.ts';
import type { ProfileField } from '../../port.ts';
import { GROUP } from '../setup-plan.ts';

/** HubSpot's internal names of what a contact's profile says. */
export const PROFILE_PROPERTIES: Record<ProfileField, string> = {
  lastAnswer: 'spielbein_last_answer',
  lastAnswerAt: 'spielbein_last_answer_at',
  wants: 'spielbein_wants',
  callRequestedAt: 'spielbein_call_requested_at',
  preferences: 'spielbein_preferences',
  suggestedRatio: 'spielbein_suggested_ratio',
  suggestedRatioReason: 'spielbein_suggested_ratio_reason',
  brief: 'spielbein_brief',
};

const KINDS = {
  text: { type: 'string', fieldType: 'text' },
  lines: { type: 'string', fieldType: 'textarea' },
  moment: { type: 'datetime', fieldType: 'date' },
  number: { type: 'number', fieldType: 'number' },
} as const;

const KIND: Record<ProfileField, keyof typeof KINDS> = {
  lastAnswer: 'text',
  lastAnswerAt: 'moment',
  wants: 'lines',
  callRequestedAt: 'moment',
  preferences: 'lines',
  suggestedRatio: 'number',
  suggestedRatioReason: 'text',
  brief: 'text',
};

type Text = Record<Language, { label: string; description: string }>;

const TEXTS: Record<ProfileField, Text> = {
  lastAnswer: {
    de: { label: 'Letzte Antwort', description: 'Was dieser Kunde zuletzt auf eine Mail geantwortet hat.' },
    en: { label: 'Last answer', description: 'What this customer last answered to a mail.' },
  },
  lastAnswerAt: {
    de: {
      label: 'Letzte Antwort am',
      description: 'Wann dieser Kunde zuletzt auf eine Mail geantwortet hat.',
    },
    en: { label: 'Last answer on', description: 'When this customer last answered to a mail.' },
  },
  wants: {
    de: {
      label: 'Wünscht',
      description:
        'Worum dieser Kunde in den letzten 180 Tagen gebeten hat, das Neueste zuerst: Informationen, Rückrufe und was er auf Nachfragen gesagt hat.',
    },
    en: {
      label: 'Wants',
      description:
        'What this customer has asked for in the last 180 days, newest first: information, calls, and what they said when asked further.',
    },
  },
  callRequestedAt: {
    de: {
      label: 'Rückruf gewünscht am',
      description: 'Wann dieser Kunde zuletzt um einen Anruf gebeten hat.',
    },
    en: { label: 'Call requested on', description: 'When this customer last asked for a call.' },
  },
  preferences: {
    de: {
      label: 'Wünsche zu unseren Mails',
      description:
        'Was dieser Kunde auf seiner Einstellungsseite gewählt hat: Häufigkeit, Themen, Sprache, Pause.',
    },
    en: {
      label: 'Wishes about our mails',
      description: 'What this customer chose on their preferences page: frequency, topics, language, pause.',
    },
  },
  suggestedRatio: {
    de: {
      label: 'Vorschlag Innovationsquote',
      description:
        'Die Innovationsquote, die dem Wunsch dieses Kunden entspräche; ohne Wunsch die, für die seine Antworten sprechen. Nur ein Vorschlag: Es gilt weiter die Innovationsquote, die Sie setzen. Leer: kein Vorschlag.',
    },
    en: {
      label: 'Suggested innovation ratio',
      description:
        'The innovation ratio that would meet this customer’s wish; without a wish, the one their answers speak for. Only a suggestion: the innovation ratio that you set goes on to hold. Empty: no suggestion.',
    },
  },
  suggestedRatioReason: {
    de: { label: 'Grund des Vorschlags', description: 'Warum diese Innovationsquote vorgeschlagen wird.' },
    en: { label: 'Reason for the suggestion', description: 'Why this innovation ratio is suggested.' },
  },
  brief: {
    de: {
      label: 'Gesprächsleitfaden',
      description:
        'Eine Seite für das nächste Gespräch: was dieser Kunde hat, was er gesagt hat, was zu fragen ist.',
    },
    en: {
      label: 'Conversation brief',
      description: 'One page for the next conversation: what this customer has, what they said, what to ask.',
    },
  },
};

/** The properties as HubSpot's API takes them, in a group of their own. */
export function profileDefinitions(language: Language): { name: string; groupName: string }[] {
  return (Object.keys(PROFILE_PROPERTIES) as ProfileField[]).map((field) => ({
    name: PROFILE_PROPERTIES[field],
    groupName: GROUP,
    ...TEXTS[field][language],
    ...KINDS[KIND[field]],
  }));
}

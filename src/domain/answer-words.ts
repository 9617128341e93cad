import type { BlockKind } from './composition.ts';
import type { Answer } from './conversation.ts';
import type { Language } from './customer.ts';

/**
 * What the buttons under a block say: an answer is quoted in the words that the customer clicked. The example mail has
 * them in templates/mail/words.yaml, the answer page in web/words/recipients.ts.
 */
const BUTTONS: Readonly<Record<Language, Readonly<Record<BlockKind, Readonly<Record<Answer, string>>>>>> = {
  de: {
    proven: { yes: 'Ja, bitte', call: 'Rufen Sie mich an', later: 'Später', no: 'Nicht für mich' },
    experimental: { yes: 'Erzählen Sie mehr', call: 'Rufen Sie mich an', later: 'Später', no: 'Nein' },
  },
  en: {
    proven: { yes: 'Yes, please', call: 'Please call me', later: 'Later', no: 'Not for me' },
    experimental: { yes: 'Tell me more', call: 'Please call me', later: 'Later', no: 'No' },
  },
};

/** An answer as the customer clicked it, in a reader's language. Plain text. */
export const answerWords = (kind: BlockKind, answer: Answer, language: Language): string =>
  BUTTONS[language][kind][answer];

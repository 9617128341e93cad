import type { Language } from '../../domain/customer.ts';
import { preferenceWords } from '../../feedback/preferences/words.ts';
import { WORDS } from '../words.ts';
import type { ConversationHeld } from './held.ts';
import { CONVERSATION_WORDS } from './words.ts';

/** What was said and done about one mail. */
export function mailConversation(held: ConversationHeld, mail: number, language: Language) {
  const words = CONVERSATION_WORDS[language];
  const { answers } = WORDS[language];
  return {
    /** To the block at this position. */
    answersTo: (position: number) =>
      held.answers
        .filter((each) => each.mail === mail && each.position === position)
        .map(({ answer, at, whyNot }) => ({
          answer,
          meaning: answers[answer],
          at,
          counts: whyNot === null,
          whyNot: whyNot && words.whyNot[whyNot],
        })),
    visits: held.visits
      .filter((each) => each.mail === mail)
      .map(({ mail: _, ...visit }) => ({
        ...visit,
        linkMeaning: words.links[visit.link],
        answerMeaning: visit.answer && answers[visit.answer],
        programMeaning: visit.program && words.programs[visit.program],
      })),
  };
}

/** What was said apart from one mail's blocks, and what became of it. */
export function conversation(held: ConversationHeld, language: Language) {
  const words = CONVERSATION_WORDS[language];
  return {
    statements: held.statements.map((each) => ({
      ...each,
      whyNot: each.whyNot && words.whyNot[each.whyNot],
      saidByMeaning: words.saidBy[each.saidBy],
    })),
    preferences: held.preferences.map((each) => ({ ...each, meaning: preferenceWords(each, language) })),
    corrections: held.corrections.map((each) => ({
      ...each,
      meaning: words.used[each.used ? 'yes' : 'no'],
    })),
    toldCrm: held.crmEntries.map((each) => ({
      ...each,
      kindMeaning: words.entries[each.kind],
      outcomeMeaning: words.outcomes[each.outcome ?? 'waiting'],
    })),
    leftOutMails: held.heldOut.map(({ blocks, ...mail }) => ({
      ...mail,
      blocks: (blocks ?? []).map(({ kind, contentId, productKey }) => ({
        kind,
        kindMeaning: WORDS[language].kinds[kind],
        content: contentId,
        product: productKey,
      })),
    })),
  };
}

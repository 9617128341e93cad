import { answerWords } from '../../../domain/answer-words.ts';
import { wishedRatio } from '../../../domain/conversation.ts';
import type { Language } from '../../../domain/customer.ts';
import { cut } from '../../../domain/cut.ts';
import { quoted } from '../../../domain/quoted.ts';
import { suggestionWords } from '../../../domain/suggested-ratio.ts';
import type { Writing } from '../../../sync/port.ts';
import { preferenceWords, wishWords } from '../../preferences/words.ts';
import type { About } from './about.ts';
import type { ProfileFacts, Said } from './profile-facts.ts';
import { briefUrl, type Style } from './text-note.ts';
import { dayIn, entryWords } from './words.ts';

/** Characters of a field: whoever reads it reads it in a narrow column. */
const LONGEST = 4000;

/**
 * A contact's own fields, as they are by now. The suggested ratio is a suggestion: the innovation ratio itself is set by
 * people, and nothing here writes it.
 * @param about in words, what somebody's answer was to
 */
export function profileText(
  facts: ProfileFacts,
  style: Style,
  about: (said: Said) => About | null,
  today: string,
): Writing['profile'] {
  const { customerId, lastAnswer, callRequestedAt, wants, preferences } = facts;
  const { language, publicUrl } = style;
  const said = (each: Said) => saidWords(each, about(each), language);
  const lines = wants.map((each) => `${dayIn(new Date(each.at), language, style.timeZone)} ${said(each)}`);
  return {
    lastAnswer: lastAnswer === null ? '' : shorten(said(lastAnswer)),
    lastAnswerAt: lastAnswer === null ? '' : new Date(lastAnswer.at).toISOString(),
    wants: shorten(lines.join('\n')),
    callRequestedAt: callRequestedAt ?? '',
    preferences: shorten(preferenceWords(preferences, language, today).join('\n')),
    ...suggestion(facts, language),
    brief: briefUrl(customerId, publicUrl),
  };
}

/** What the customer wishes for themselves comes first; else what their answers suggest. */
function suggestion(
  { preferences, ratio, suggestion: found }: ProfileFacts,
  language: Language,
): Pick<Writing['profile'], 'suggestedRatio' | 'suggestedRatioReason'> {
  const { ratioWish: wish } = preferences;
  if (wish !== null) {
    return {
      suggestedRatio: String(wishedRatio(ratio, wish)),
      suggestedRatioReason: entryWords(language).ratioReason(wishWords(wish, language)),
    };
  }
  return {
    suggestedRatio: found === null ? '' : String(found.suggested),
    suggestedRatioReason: found === null ? '' : suggestionWords(found, 'customer', language),
  };
}

/** "Ja, bitte: „Headline“ (product)", or what was said to a question. Plain text. */
function saidWords(said: Said, about: About | null, language: Language): string {
  const { answer, question, choice, words } = said;
  const to =
    about && `${quoted(about.headline, language)}${about.product === '' ? '' : ` (${about.product})`}`;
  const what = answer === null ? question : answerWords(about?.kind ?? 'proven', answer, language);
  const own = words === null ? null : quoted(words.replace(/\s+/g, ' '), language);
  return [what, answer === null ? [choice, own].filter((each) => each !== null).join(' ') : null, to]
    .filter((each) => each !== null && each !== '')
    .join(' – ');
}

const shorten = (text: string): string => cut(text, LONGEST);

import { whyNotWrite } from '../compose/eligibility.ts';
import { ratioFor } from '../compose/ratio.ts';
import { answerWords } from '../domain/answer-words.ts';
import type { BlockKind, RatioSource, SkipReason } from '../domain/composition.ts';
import { type Answer, wishedRatio } from '../domain/conversation.ts';
import type { ConsentBasis, Language } from '../domain/customer.ts';
import { ratioSourceWords, reasonSentence } from '../domain/reasons.ts';
import { suggestionWords } from '../domain/suggested-ratio.ts';
import { preferenceWords } from '../feedback/preferences/words.ts';
import { stillSuggested } from '../feedback/suggested-ratios.ts';
import { productName } from '../library/grammar.ts';
import type { Library } from '../library/library.ts';
import { pieceTitle } from '../library/piece-title.ts';
import type { BriefFacts } from './facts.ts';
import { type Missing, missingThings } from './missing.ts';
import { type BriefQuestion, briefQuestions } from './questions.ts';
import { WORDING } from './words.ts';

/** What a salesperson has at hand when a customer makes contact. Plain text, to be escaped where it goes. */
export interface Brief {
  language: Language;
  /** ISO 8601 date, like all days of a brief. */
  today: string;
  who: {
    id: string;
    name: string | null;
    company: string | null;
    salesperson: string | null;
    language: Language;
    languageWords: string;
    consent: ConsentBasis;
    consentWords: string;
    /** Why no mail may go to them; null when one may. */
    noMail: SkipReason | null;
    noMailWords: string | null;
    ratio: { value: number; source: RatioSource; sourceWords: string };
    wishes: string[];
    /** What their wish about old and new comes to; null when they said nothing about it. */
    wishedRatio: number | null;
    /** Another ratio that their answers suggest, and why; null: none, or they said themselves what they wish. */
    suggestedRatio: { value: number; words: string } | null;
    lastVisit: Date | null;
  };
  owns: { key: string; name: string; quantity: number; since: string; declared: boolean }[];
  notUsed: { key: string; name: string; on: string }[];
  told: BriefBlock[];
  /** Newest first. */
  said: BriefStatement[];
  missing: { kind: Missing['kind']; title: string; why: string }[];
  questions: BriefQuestion[];
}

export interface BriefStatement {
  question: string;
  words: string;
  by: 'customer' | 'salesperson';
  on: string;
  /** The customer said it with a call that they still want: it may be the number. */
  forCall: boolean;
}

export interface BriefBlock {
  title: string;
  product: string;
  kind: BlockKind;
  on: string;
  answer: Answer | null;
  answerWords: string | null;
  answeredOn: string | null;
  campaignId: string;
  sendId: number;
}

/** Puts what is known of a customer into a brief for a reader of this language. Pure. */
export function makeBrief(facts: BriefFacts, library: Library, language: Language): Brief {
  const name = (key: string) =>
    productName(library.products.get(key) ?? facts.names.get(key) ?? key, language);
  return {
    language,
    today: facts.today,
    who: whoIs(facts, library, language),
    // what the library knows goes before what is only a line in the CRM, e.g. freight
    owns: facts.owned
      .toSorted((a, b) => Number(library.products.has(b.key)) - Number(library.products.has(a.key)))
      .map(({ key, quantity, since, declared }) => ({
        key,
        name: name(key),
        quantity,
        since,
        declared,
      })),
    notUsed: facts.notUsed.map(({ key, on }) => ({ key, name: name(key), on })),
    told: facts.told.map((block) => ({
      title: pieceTitle(library, block, language, facts.names),
      product: name(block.productKey),
      kind: block.kind,
      on: block.on,
      answer: block.answer,
      answerWords: block.answer && answerWords(block.kind, block.answer, language),
      answeredOn: block.answeredOn,
      campaignId: block.campaignId,
      sendId: block.sendId,
    })),
    said: facts.said.map(({ question, choice, words, by, on, sendId, position }) => ({
      question,
      words: [choice, words].filter((each) => each !== null && each !== '').join('. '),
      by,
      on,
      forCall:
        by === 'customer' &&
        facts.told.some(
          (block) => block.answer === 'call' && block.sendId === sendId && block.position === position,
        ),
    })),
    missing: missingThings(facts, library, language).map((each) => inWords(each, facts, library, language)),
    questions: briefQuestions(facts, library, language),
  };
}

/** Who somebody is, why they may or may not be written to, and how much that is new is meant for them. Pure. */
export function whoIs(
  facts: Pick<BriefFacts, 'known' | 'owned' | 'suggestedRatio' | 'today' | 'lastVisit'>,
  library: Library,
  language: Language,
): Brief['who'] {
  const { customer, preferences } = facts.known;
  const ratio = ratioFor({
    contact: customer.contactRatio,
    company: customer.companyRatio,
    segments: facts.owned.flatMap(({ key }) => library.products.get(key)?.innovationRatio ?? []),
    fallback: library.settings.rules.defaultRatio,
  });
  const wish = preferences.ratioWish;
  const suggested = stillSuggested(facts.suggestedRatio, { ratio: ratio.value, wish });
  const noMail = whyNotWrite(facts.known);
  return {
    id: customer.id,
    name: [customer.title, customer.firstName, customer.lastName].filter(Boolean).join(' ') || null,
    company: customer.companyName,
    salesperson: customer.ownerName,
    language: customer.language,
    languageWords: WORDING[language].language[customer.language],
    consent: customer.consent,
    consentWords: WORDING[language].consent[customer.consent],
    noMail,
    noMailWords: noMail && reasonSentence(noMail, language),
    ratio: { ...ratio, sourceWords: ratioSourceWords(ratio.source, language) },
    wishes: preferenceWords(preferences, language, facts.today),
    wishedRatio: wish === null ? null : wishedRatio(ratio.value, wish),
    suggestedRatio: suggested && {
      value: suggested.suggested,
      words: suggestionWords(suggested, 'customer', language),
    },
    lastVisit: facts.lastVisit,
  };
}

function inWords(
  missing: Missing,
  facts: BriefFacts,
  library: Library,
  language: Language,
): Brief['missing'][number] {
  const wording = WORDING[language];
  const { kind, productKey } = missing;
  const name = (key: string) =>
    productName(library.products.get(key) ?? facts.names.get(key) ?? key, language);
  if (kind === 'affinity') {
    const { also, owners, from } = missing.affinity;
    return { kind, title: name(productKey), why: wording.affinity({ also, owners, product: name(from) }) };
  }
  const piece = { kind: kind === 'offer' ? 'experimental' : 'proven', contentId: missing.contentId } as const;
  return {
    kind,
    title: pieceTitle(library, { ...piece, productKey }, language, facts.names),
    why: wording[kind](name(productKey)),
  };
}

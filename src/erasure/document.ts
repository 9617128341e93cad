import type { Block, Composition } from '../domain/composition.ts';
import type { Language } from '../domain/customer.ts';
import { ratioSourceWords, reasonSentence } from '../domain/reasons.ts';
import { conversation, mailConversation } from './conversation/document.ts';
import type { Held, MailHeld } from './held.ts';
import { WORDS } from './words.ts';

/** Names the document's shape. A change that would break a program reading it gets a new number (docs/privacy.md). */
const FORMAT = 'spielbein-person/2';

/** What one block is in a ratio account. */
const UNIT = 10_000;

export type PersonDocument = ReturnType<typeof personDocument>;

/**
 * A person's copy of their data: plain JSON that people can read and programs can go on with. Pure.
 * @param given.language of everything in it that is written for people
 */
export function personDocument(held: Held, given: { now: Date; language: Language }) {
  const { now, language } = given;
  const words = WORDS[language];
  const reports = held.reports.map((report) => ({ ...report, meaning: words.reports[report.kind] }));
  const said = conversation(held, language);
  const mails = new Set(held.mails.map(({ id }) => id));
  return {
    format: FORMAT,
    createdAt: now,
    language,
    title: words.title,
    about: words.about,
    sections: words.sections,
    records: held.records,
    mergedRecords: held.merges,
    purchases: held.purchases,
    corrections: said.corrections,
    mails: held.mails.map((mail) => ({
      ...mailWords(mail, held, language),
      reports: reports.filter((report) => report.mail === mail.id),
    })),
    leftOutMails: said.leftOutMails,
    otherReports: reports.filter(({ mail }) => mail === null || !mails.has(mail)),
    statements: said.statements,
    preferences: said.preferences,
    toldCrm: said.toldCrm,
    suppressions: held.suppressions.map((entry) => ({ ...entry, meaning: words.suppressions[entry.reason] })),
    takenBack: held.takeBacks,
    innovationAccounts: held.accounts.map(({ record, wanted, given: shown, forgiven }) => ({
      record,
      wantedBlocks: wanted / UNIT,
      givenBlocks: shown,
      forgivenBlocks: forgiven / UNIT,
    })),
    suggestedRatios: held.suggestions,
    inboxCopies: held.inbox,
    unreadReports: held.unreadReports,
    crmEvents: held.crmEvents,
  };
}

function mailWords({ composition, ...mail }: MailHeld, held: Held, language: Language) {
  const { answersTo, visits } = mailConversation(held, mail.id, language);
  return {
    ...mail,
    stateMeaning: WORDS[language].states[mail.state],
    reasonMeaning: mail.reason && reasonSentence(mail.reason, language),
    blocks: (composition?.blocks ?? []).map((block, position) => ({
      ...blockWords(block, language),
      answers: answersTo(position),
    })),
    visits,
    decision: composition && decisionWords(composition, language),
  };
}

function blockWords({ kind, contentId, variantId, productKey, reason }: Block, language: Language) {
  return {
    kind,
    kindMeaning: WORDS[language].kinds[kind],
    content: contentId,
    variant: variantId,
    product: productKey,
    why: reasonSentence(reason, language),
  };
}

/** How the mail came about: the logic involved (Art. 15(1)(h) GDPR), for this one mail. */
function decisionWords({ ratio, left }: Composition, language: Language) {
  return {
    innovationRatio: ratio.value,
    innovationRatioMeaning: ratioSourceWords(ratio.source, language),
    leftOut: left.map(({ contentId, kind, reason }) => ({
      content: contentId,
      kind,
      why: reasonSentence(reason, language),
    })),
  };
}

import { answerWords } from '../../../domain/answer-words.ts';
import type { Language } from '../../../domain/customer.ts';
import { quoted } from '../../../domain/quoted.ts';
import { escapeHtml } from '../../../render/escape.ts';
import type { Writing } from '../../../sync/port.ts';
import type { About } from './about.ts';
import type { EntryFacts, SaidWords } from './facts.ts';
import { dayIn, entryWords } from './words.ts';

/** How texts for the CRM are written: for whom, and where links lead. */
export interface Style {
  /** That of the people who read it. What the customer read stays in the customer's. */
  language: Language;
  timeZone: string;
  publicUrl: string;
}

/** A wish in words, and whether an earlier note did not tell it. */
export interface Wish {
  words: string;
  fresh: boolean;
}

/** What a note tells of. */
export interface NoteFacts
  extends Pick<EntryFacts, 'customer' | 'mail' | 'answer' | 'before' | 'statements'> {
  about: About | null;
  /** What they wish for by now; null: this note is not about it. */
  wishes: Wish[] | null;
}

/**
 * A note on the contact: what was said, to what, and what it was before. The text is HTML, escaped.
 * @returns null when there is nothing to tell
 */
export function noteText(facts: NoteFacts, style: Style, now: Date): Writing['note'] | null {
  const { answer, statements, wishes } = facts;
  if (!answer && statements.length === 0 && wishes === null) return null;
  const lines = [
    ...answerLines(facts, style),
    ...statements.map((said) => paragraph(statementHtml(said, style.language))),
    ...(wishes === null ? [] : [wishesHtml(wishes, style.language)]),
    ...mailLines(facts, style),
    paragraph(briefLink(facts.customer.id, style)),
  ];
  const moments = [answer?.at, ...statements.map(({ at }) => at)].flatMap((at) => at ?? []);
  const latest = moments.length > 0 ? Math.max(...moments.map((at) => Date.parse(at))) : now.getTime();
  return { html: lines.join(''), at: new Date(latest).toISOString() };
}

export const paragraph = (html: string): string => `<p>${html}</p>`;

/** "Headline" (product), as the customer read it. */
export function aboutHtml({ headline, product }: About, language: Language): string {
  const behind = product === '' ? '' : ` (${escapeHtml(product)})`;
  return `${escapeHtml(quoted(headline, language))}${behind}`;
}

export function briefLink(customerId: string, { publicUrl, language }: Style): string {
  const url = briefUrl(customerId, publicUrl);
  return `<a href="${escapeHtml(url)}">${escapeHtml(entryWords(language).brief)}</a>`;
}

/** The console's page for the next conversation with a customer. */
export const briefUrl = (customerId: string, publicUrl: string): string =>
  `${publicUrl}/customers/${encodeURIComponent(customerId)}/brief`;

function answerLines({ about, answer, before }: NoteFacts, { language }: Style): string[] {
  const words = entryWords(language);
  const kind = about?.kind ?? 'proven';
  const to = about ? ` ${words.to} ${aboutHtml(about, language)}` : '';
  if (!answer) return about ? [paragraph(aboutHtml(about, language))] : [];
  const told = before !== null && before !== answer.answer;
  return [
    paragraph(
      `${words.answered}: <strong>${escapeHtml(answerWords(kind, answer.answer, language))}</strong>${to}`,
    ),
    ...(told ? [paragraph(`${words.before}: ${escapeHtml(answerWords(kind, before, language))}`)] : []),
  ];
}

function mailLines({ mail, about }: NoteFacts, { language, timeZone }: Style): string[] {
  if (!about) return [];
  const words = entryWords(language);
  const day = mail.sentAt === null ? null : dayIn(mail.sentAt, language, timeZone);
  return [paragraph(escapeHtml(words.mail(mail.subject ?? words.noSubject, day)))];
}

export function statementHtml({ question, choice, words, saidBy }: SaidWords, language: Language): string {
  const { noted, ownWords } = entryWords(language);
  return [
    ...(saidBy === 'salesperson' ? [`${noted}:`] : []),
    escapeHtml(question),
    ...(choice === null ? [] : [`<strong>${escapeHtml(choice)}</strong>`]),
    ...(words === null
      ? []
      : [`${ownWords}: ${escapeHtml(quoted(words, language)).replace(/\r?\n/g, '<br>')}`]),
  ].join('<br>');
}

function wishesHtml(wishes: readonly Wish[], language: Language): string {
  const words = entryWords(language);
  if (wishes.length === 0) return paragraph(words.noWishes);
  const items = wishes.map(({ words: wish, fresh }) =>
    fresh
      ? `<li><strong>${escapeHtml(wish)}</strong> (${words.wishFresh})</li>`
      : `<li>${escapeHtml(wish)}</li>`,
  );
  return `${paragraph(`${words.wishes}:`)}<ul>${items.join('')}</ul>`;
}

import { cut } from '../../../domain/cut.ts';
import { escapeHtml } from '../../../render/escape.ts';
import type { Writing } from '../../../sync/port.ts';
import type { About } from './about.ts';
import type { EntryFacts } from './facts.ts';
import { aboutHtml, briefLink, paragraph, type Style, statementHtml } from './text-note.ts';
import { dayIn, entryWords } from './words.ts';

/** Characters of a subject; HubSpot takes more, but nobody reads them in a list. */
const SUBJECT = 200;

/**
 * A task for whoever looks after the customer: somebody wants a call. When and under which number comes first, as far as
 * they have said so; what they chose last stands in the subject, too.
 */
export function taskText(
  facts: Pick<EntryFacts, 'customer' | 'mail' | 'statements'> & { about: About | null },
  style: Style,
  dueAt: Date,
): Writing['task'] {
  const { language, timeZone } = style;
  const words = entryWords(language);
  const { customer, mail, about, statements } = facts;
  const who = customer.name || customer.company || words.somebody;
  const chosen = statements.findLast(({ choice }) => choice !== null)?.choice;
  const subject = `${words.callWanted}: ${who}${chosen ? ` – ${chosen}` : ''}${about ? ` – ${about.headline}` : ''}`;
  const day = mail.sentAt === null ? null : dayIn(mail.sentAt, language, timeZone);
  const lines = [
    ...statements.map((said) => paragraph(statementHtml(said, language))),
    paragraph(`${words.callAbout}${customer.company ? ` ${escapeHtml(customer.company)}` : ''}`),
    ...(about ? [paragraph(aboutHtml(about, language))] : []),
    paragraph(escapeHtml(words.mail(mail.subject ?? words.noSubject, day))),
    paragraph(briefLink(customer.id, style)),
  ];
  return {
    subject: cut(subject, SUBJECT),
    html: lines.join(''),
    dueAt: dueAt.toISOString(),
    ownerId: customer.ownerId,
  };
}

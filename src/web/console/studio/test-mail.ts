import type { Person } from '../../../domain/person.ts';
import { recordAct } from '../../../people/audit.ts';
import type { Content } from '../../../render/content.ts';
import { mayGetTests } from '../../../studio/allowed.ts';
import { makePreview, type Preview } from '../../../studio/preview.ts';
import type { WebContext } from '../../context.ts';
import { type Asked, requestOf } from './asked.ts';

/** What became of a test mail. Stable codes; each has its words. */
export const TOLD = [
  'test_sent',
  'test_not_allowed',
  'test_no_mail',
  'test_not_taken',
  'test_no_mailer',
] as const;
export type Told = (typeof TOLD)[number];

type MailPreview = Extract<Preview, { kind: 'mail' }>;

/** The people who work here: they may always send themselves a test. */
export async function peopleHere(context: WebContext): Promise<string[]> {
  const accounts = await context.db
    .selectFrom('accounts')
    .select('email')
    .where('closed_at', 'is', null)
    .execute();
  const { operatorEmail = null } = context.config;
  return [...(operatorEmail === null ? [] : [operatorEmail]), ...accounts.map(({ email }) => email)];
}

/** Sends what is on screen, what is tried out included, marked as a test; only to those who may get one. */
export async function sendTest(
  context: WebContext,
  content: Content,
  given: { asked: Asked; to: string; person: Person },
): Promise<Told> {
  const { asked, person } = given;
  const to = given.to.trim();
  const { testAddresses: listed } = content.library.settings.preview;
  if (!mayGetTests(to, { people: await peopleHere(context), listed })) return 'test_not_allowed';
  if (!context.mail) return 'test_no_mailer';
  const preview = await makePreview(context, content, requestOf(asked));
  if (preview.kind !== 'mail') return 'test_no_mail';
  const { mailer, transport } = await context.mail();
  const { facts, composition, campaignId } = preview;
  const now = context.now();
  const { mail } = await mailer.sample({ campaignId, facts, composition, content, to, now });
  const outcome = await transport.send(mail);
  if (outcome.kind !== 'sent') return 'test_not_taken';
  await recordAct(context.db, person, {
    action: 'test_sent',
    subject: campaignId,
    detail: { content: asked.content || null },
    now,
  });
  return 'test_sent';
}

/** The bytes that would go to the customer, headers and signature included; null where no mails can be made. */
export async function rawMail(
  context: WebContext,
  content: Content,
  { facts, composition, campaignId }: MailPreview,
): Promise<Buffer | null> {
  if (!context.mail) return null;
  const { mailer } = await context.mail();
  const { customer } = facts;
  const now = context.now();
  const { mail } = await mailer.prepare({
    // a send that is in no ledger: its links lead to pages that record nothing
    send: {
      id: 0,
      customerId: customer.id,
      attempts: 0,
      triedAt: null,
      domain: null,
      detail: null,
      probe: false,
      givenUp: null,
      merged: false,
      draw: null,
    },
    campaign: { id: campaignId },
    facts: { ...facts, customer: { ...customer, email: customer.email ?? 'nobody@invalid.example' } },
    composition,
    content,
    now,
    mailsSince: now,
  });
  return mail.raw;
}

import { readdirSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { handleBounce } from '../../../src/feedback/bounces/handle.ts';
import { testDatabase } from '../../stands/database.ts';
import { bounceStand, SAMPLES, sample } from './stand.ts';

const { db } = await testDatabase();
const now = new Date('2026-03-05T18:00:00Z');
const { tools, sendTo, suppressedFor } = bounceStand(db, () => now);

let people = 0;
const someone = () => sendTo(`Anna.${++people}@Kunde.example`, new Date('2026-03-03T08:12:40Z'));

/** What each sample is, and what is to happen. */
const BOUNCES: Record<string, { kind: string; status: string; says: string; suppressed: string | null }> = {
  'postfix-unknown-user.eml': {
    kind: 'hard_bounce',
    status: '5.1.1',
    says: 'Recipient address rejected: User unknown in virtual mailbox table',
    suppressed: 'bounced',
  },
  'postfix-blocked-as-unknown.eml': {
    kind: 'soft_bounce',
    status: '5.1.1',
    says: 'blocked using zen.spamhaus.org',
    suppressed: null,
  },
  'postfix-3.7-unknown-user.eml': {
    kind: 'hard_bounce',
    status: '5.1.1',
    says: 'User unknown in virtual mailbox table',
    suppressed: 'bounced',
  },
  'postfix-3.7-no-code.eml': {
    kind: 'hard_bounce',
    status: '5.0.0',
    says: 'No such user here',
    suppressed: 'bounced',
  },
  'postfix-3.7-mailbox-full.eml': {
    kind: 'soft_bounce',
    status: '5.2.2',
    says: 'mailbox full',
    suppressed: null,
  },
  'postfix-3.7-blocked.eml': {
    kind: 'soft_bounce',
    status: '5.7.1',
    says: 'zen.spamhaus.org',
    suppressed: null,
  },
  'postfix-3.7-given-up.eml': {
    kind: 'soft_bounce',
    status: '4.7.1',
    says: 'greylisted',
    suppressed: null,
  },
  'exim-4.96-unknown-user.eml': {
    kind: 'hard_bounce',
    status: '5.1.1',
    says: 'User unknown in virtual mailbox table',
    suppressed: 'bounced',
  },
  'exim-4.96-no-code.eml': {
    kind: 'hard_bounce',
    status: '5.0.0',
    says: '550 No such user here',
    suppressed: 'bounced',
  },
  'exim-4.96-mailbox-full.eml': {
    kind: 'soft_bounce',
    status: '5.2.2',
    says: 'mailbox full',
    suppressed: null,
  },
  'exim-4.96-blocked.eml': {
    kind: 'soft_bounce',
    status: '5.7.1',
    says: 'zen.spamhaus.org',
    suppressed: null,
  },
  'exim-4.96-unrouteable.eml': {
    kind: 'hard_bounce',
    status: '5.0.0',
    says: 'Unrouteable address',
    suppressed: 'bounced',
  },
  'exchange-online.eml': {
    kind: 'hard_bounce',
    status: '5.1.10',
    says: 'RESOLVER.ADR.RecipientNotFound',
    suppressed: 'bounced',
  },
  'exchange-online-edge-blocked.eml': {
    kind: 'hard_bounce',
    status: '5.4.1',
    says: 'Access denied',
    suppressed: 'bounced',
  },
  'exchange-on-premises.eml': {
    kind: 'soft_bounce',
    status: '5.2.2',
    says: 'MapiExceptionShutoffQuotaExceeded',
    suppressed: null,
  },
  'gmail.eml': {
    kind: 'hard_bounce',
    status: '5.1.1',
    says: 'The email account that you tried to reach does not exist',
    suppressed: 'bounced',
  },
  'amazon-ses.eml': { kind: 'hard_bounce', status: '5.1.1', says: 'user unknown', suppressed: 'bounced' },
  'sendmail.eml': { kind: 'hard_bounce', status: '5.1.2', says: '550 Host unknown', suppressed: 'bounced' },
  'qmail.eml': {
    kind: 'hard_bounce',
    status: '5.1.1',
    says: 'no mailbox here by that name',
    suppressed: 'bounced',
  },
  'broken-cut-off.eml': { kind: 'hard_bounce', status: '5.1.1', says: '5.1.1', suppressed: 'bounced' },
  'forwarded.eml': { kind: 'soft_bounce', status: '5.1.1', says: 'Behind a forwarding', suppressed: null },
};

const COMPLAINTS = ['arf-yahoo.eml', 'arf-redacted.eml', 'arf-microsoft-jmrp.eml', 'arf-amazon-ses.eml'];

const IGNORED: Record<string, string> = {
  'postfix-3.7-delayed.eml': 'delayed',
  'exim-delayed-plain.eml': 'delayed',
  'postfix-3.7-relayed.eml': 'delivered',
  'out-of-office.eml': 'auto_reply',
  'out-of-office-exchange.eml': 'auto_reply',
  'read-receipt.eml': 'read_receipt',
  'arf-not-spam.eml': 'not_spam',
};

const KEPT: Record<string, string> = {
  'person.eml': 'A person may have written it',
  'broken-empty-report.eml': 'names no recipient and no result',
  'forged.eml': 'does not prove to be about a mail of ours',
};

async function eventsOf(sendId: number) {
  return await db
    .selectFrom('mail_events')
    .select(['kind', 'status', 'detail', 'email_key', 'campaign_id', 'source', 'occurred_at'])
    .where('send_id', '=', sendId)
    .execute();
}

describe('a bounce', () => {
  test.each(Object.entries(BOUNCES))('%s: right address, right class, right action', async (name, wanted) => {
    const mail = await someone();
    const outcome = await handleBounce(tools, sample(name, mail), 'imap');
    expect(outcome).toEqual({
      outcome: 'recorded',
      kind: wanted.kind,
      sendId: mail.id,
      suppressed: wanted.suppressed !== null,
    });
    const events = await eventsOf(mail.id);
    expect(events).toMatchObject([
      { kind: wanted.kind, status: wanted.status, email_key: mail.address.toLowerCase(), source: 'dsn' },
    ]);
    expect(events[0]?.detail).toContain(wanted.says);
    expect(events[0]?.detail).not.toContain('@');
    expect(events[0]?.occurred_at.toISOString()).toMatch(/^2026-03-0[345]T/);
    expect(await suppressedFor(mail.address)).toBe(wanted.suppressed);
  });

  it('without MIME, from Exim, is found by the Message-ID in the text', async () => {
    const mail = await someone();
    expect(await handleBounce(tools, sample('exim-plain.eml', mail), 'pipe')).toMatchObject({
      kind: 'hard_bounce',
      sendId: mail.id,
    });
    expect(await eventsOf(mail.id)).toMatchObject([{ detail: 'Unrouteable address' }]);
  });

  it('may begin with the envelope line of a mailbox file, as some mail servers pipe it', async () => {
    const mail = await someone();
    const line = Buffer.from('From MAILER-DAEMON Tue Mar  3 09:12:44 2026\n');
    const raw = Buffer.concat([line, sample('postfix-unknown-user.eml', mail)]);
    expect(await handleBounce(tools, raw, 'pipe')).toMatchObject({ kind: 'hard_bounce', sendId: mail.id });
  });

  it('counts once, however often and by whatever way it comes', async () => {
    const mail = await someone();
    const raw = sample('postfix-unknown-user.eml', mail);
    await handleBounce(tools, raw, 'imap');
    expect(await handleBounce(tools, raw, 'pipe')).toEqual({
      outcome: 'known',
      kind: 'hard_bounce',
      sendId: mail.id,
    });
    expect(await eventsOf(mail.id)).toHaveLength(1);
  });
});

describe('a complaint', () => {
  test.each(COMPLAINTS)('%s stops all mail to whom the mail went', async (name) => {
    const mail = await someone();
    expect(await handleBounce(tools, sample(name, mail), 'imap')).toEqual({
      outcome: 'recorded',
      kind: 'complaint',
      sendId: mail.id,
      suppressed: true,
    });
    expect(await eventsOf(mail.id)).toMatchObject([{ kind: 'complaint', source: 'arf' }]);
    expect(await suppressedFor(mail.address)).toBe('complained');
    expect(await suppressedFor('redacted@kabel.example')).toBeNull();
  });
});

describe('what is neither', () => {
  test.each(Object.entries(IGNORED))('%s is ignored: %s', async (name, why) => {
    const mail = await someone();
    expect(await handleBounce(tools, sample(name, mail), 'imap')).toEqual({ outcome: 'ignored', why });
    expect(await suppressedFor(mail.address)).toBeNull();
  });

  test.each(Object.entries(KEPT))('%s is kept for a person', async (name, problem) => {
    const mail = await someone();
    const raw = sample(name, mail);
    const outcome = await handleBounce(tools, raw, 'imap');
    expect(outcome).toMatchObject({ outcome: 'kept', problem: expect.stringContaining(problem) });
    if (outcome.outcome !== 'kept') return;
    const kept = await db
      .selectFrom('unread_reports')
      .select('raw')
      .where('id', '=', outcome.id)
      .executeTakeFirstOrThrow();
    expect(kept.raw.equals(raw)).toBe(true);
    expect(await suppressedFor(mail.address)).toBeNull();
  });

  it('handed over twice is kept once', async () => {
    const raw = sample('person.eml', await someone());
    const first = await handleBounce(tools, raw, 'imap');
    expect(await handleBounce(tools, raw, 'imap')).toEqual(first);
  });
});

it('every sample is tested', () => {
  const tested = [
    ...Object.keys({ ...BOUNCES, ...IGNORED, ...KEPT }),
    ...COMPLAINTS,
    'exim-plain.eml',
  ].toSorted();
  expect(
    readdirSync(SAMPLES)
      .filter((name) => name.endsWith('.eml'))
      .toSorted(),
  ).toEqual(tested);
});

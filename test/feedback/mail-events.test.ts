import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  forgetUnsubscribe,
  recordReport,
  recordUnsubscribe,
  withoutAddresses,
} from '../../src/feedback/mail-events.ts';
import type { MailReport } from '../../src/feedback/mail-report.ts';
import { softBounceRun, UNDECIDED_DAYS } from '../../src/feedback/soft-run.ts';
import { testDatabase } from '../stands/database.ts';
import { bounceStand, type SentMail } from './bounces/stand.ts';

const { db } = await testDatabase();
const DAY = 86_400_000;
const now = new Date('2026-03-31T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY);
const { sendTo, suppressedFor } = bounceStand(db, () => now);

let count = 0;
let address: string;
beforeEach(() => {
  address = `person.${++count}@kunde.example`;
});

function report(mail: SentMail | null, kind: MailReport['kind'], more: Partial<MailReport> = {}): MailReport {
  return {
    kind,
    address: mail?.address ?? address,
    sendId: mail?.id ?? null,
    status: null,
    detail: `550 <${address}> said no`,
    source: 'dsn',
    occurredAt: now,
    dedupeKey: `${kind}:${mail?.id ?? Math.random()}`,
    ...more,
  };
}
const record = (r: MailReport) => recordReport(db, r, { softBounces: 3, now });

describe('a report', () => {
  it('of a dead address or a complaint stops all mail at once', async () => {
    const mail = await sendTo(address, daysAgo(1));
    expect(await record(report(mail, 'hard_bounce'))).toEqual({ recorded: true, suppressed: true });
    expect(await suppressedFor(address)).toBe('bounced');
    expect(await record(report(mail, 'complaint'))).toMatchObject({ recorded: true });
    expect(await suppressedFor(address)).toBe('complained');
  });

  it('speaks for the address that the mail went to, not the one it names', async () => {
    const mail = await sendTo(address, daysAgo(1));
    await record(report(mail, 'hard_bounce', { address: 'rival@kunde.example' }));
    expect(await suppressedFor(address)).toBe('bounced');
    expect(await suppressedFor('rival@kunde.example')).toBeNull();
  });

  it('of a complaint counts for the customer’s address of today, too; of a bounce it does not', async () => {
    const mail = await sendTo(address, daysAgo(9));
    const todays = `new.${address}`;
    await db.updateTable('customers').set({ email: todays }).where('email_key', '=', address).execute();
    await record(report(mail, 'hard_bounce'));
    expect(await suppressedFor(todays)).toBeNull();
    await record(report(mail, 'complaint'));
    expect(await suppressedFor(todays)).toBe('complained');
  });

  it('from a provider that knows no send of ours speaks for its own address', async () => {
    await record(report(null, 'hard_bounce', { source: 'ses' }));
    expect(await suppressedFor(address)).toBe('bounced');
  });

  it('about an erased person is counted, and nobody is stopped or named', async () => {
    const mail = await sendTo(address, daysAgo(1));
    await db.updateTable('sends').set({ email_key: null }).where('id', '=', mail.id).execute();
    await db.deleteFrom('customers').where('email_key', '=', address).execute();
    expect(await record(report(mail, 'complaint'))).toEqual({ recorded: true, suppressed: false });
    expect(
      await db.selectFrom('mail_events').select('email_key').where('send_id', '=', mail.id).execute(),
    ).toEqual([{ email_key: null }]);
  });

  it('of the same thing from two sides counts once', async () => {
    const mail = await sendTo(address, daysAgo(1));
    await record(report(mail, 'hard_bounce'));
    const again = report(mail, 'hard_bounce', { source: 'ses', dedupeKey: `ses:${mail.id}` });
    expect(await record(again)).toEqual({ recorded: false, suppressed: false });
  });

  it('keeps no address in what it says', () => {
    expect(withoutAddresses('550 <anna.w@kunde.example>: unknown')).toBe('550 <…>: unknown');
  });
});

describe('soft bounces', () => {
  it('stop the mail when there are too many in a row', async () => {
    const mails = [];
    for (const days of [30, 20, 10]) mails.push(await sendTo(address, daysAgo(days)));
    const results = [];
    for (const mail of mails) results.push((await record(report(mail, 'soft_bounce'))).suppressed);
    expect(results).toEqual([false, false, true]);
    expect(await suppressedFor(address)).toBe('bounced');
  });

  it('begin anew after a mail that arrived', async () => {
    const mails = [];
    for (const days of [40, 30, 20, 10]) mails.push(await sendTo(address, daysAgo(days)));
    const [a, b, , d] = mails as [SentMail, SentMail, SentMail, SentMail];
    for (const mail of [a, b, d]) await record(report(mail, 'soft_bounce'));
    expect(await suppressedFor(address)).toBeNull();
  });

  it('count without a send of ours, too', async () => {
    for (const days of [3, 2, 1]) {
      await record(report(null, 'soft_bounce', { source: 'ses', occurredAt: daysAgo(days) }));
    }
    expect(await suppressedFor(address)).toBe('bounced');
  });

  it('at the same moment see each other', async () => {
    const mails = [];
    for (const days of [30, 20, 10]) mails.push(await sendTo(address, daysAgo(days)));
    const results = await Promise.all(mails.map((mail) => record(report(mail, 'soft_bounce'))));
    expect(results.filter((r) => r.suppressed)).toHaveLength(1);
  });
});

describe('a run of soft bounces', () => {
  const mail = fc.record({
    at: fc.integer({ min: 0, max: 60 }).map((days) => daysAgo(days + 0.5)),
    softBounced: fc.boolean(),
  });

  it('is as long as there are bounces since the last mail that surely arrived', () => {
    fc.assert(
      fc.property(fc.uniqueArray(mail, { selector: (m) => m.at.getTime() }), (mails) => {
        const arrived = mails.filter((m) => !m.softBounced && m.at <= daysAgo(UNDECIDED_DAYS));
        const last = Math.max(Number.NEGATIVE_INFINITY, ...arrived.map((m) => m.at.getTime()));
        const bounces = mails.filter((m) => m.softBounced && m.at.getTime() > last);
        expect(softBounceRun(mails, now)).toBe(bounces.length);
      }),
    );
  });
});

describe('an unsubscription', () => {
  const unsubscribes = (mail: SentMail) =>
    db
      .selectFrom('mail_events')
      .select(['kind', 'source', 'email_key', 'occurred_at'])
      .where('send_id', '=', mail.id)
      .execute();

  it('is written down once, and gone when it is taken back', async () => {
    const mail = await sendTo(address, daysAgo(1));
    await recordUnsubscribe(db, mail.id, now);
    await recordUnsubscribe(db, mail.id, new Date());
    expect(await unsubscribes(mail)).toEqual([
      { kind: 'unsubscribe', source: 'link', email_key: address, occurred_at: now },
    ]);
    await forgetUnsubscribe(db, mail.id);
    expect(await unsubscribes(mail)).toEqual([]);
  });
});

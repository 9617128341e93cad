import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMailgun } from '../../../src/feedback/providers/mailgun.ts';
import { readPostmark } from '../../../src/feedback/providers/postmark.ts';
import type { ProviderReading } from '../../../src/feedback/providers/reading.ts';
import { readSes } from '../../../src/feedback/providers/ses.ts';
import {
  mailgunEvent,
  mailgunFailure,
  postmarkBounce,
  postmarkChange,
  sesBounce,
  sesComplaint,
  sesDelivery,
} from './samples.ts';

const ses = (message: unknown) => readSes(JSON.stringify(message));

/** The kind of the one report; otherwise what it was instead. */
function kindOf(reading: ProviderReading): string {
  return reading.kind === 'reports' ? (reading.reports[0]?.kind ?? 'none') : reading.kind;
}

describe('Amazon SES', () => {
  test.each([
    ['an unknown user', { status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }, 'hard_bounce'],
    [
      'a refusal of us, though SES calls it permanent',
      { status: '5.7.1', diagnosticCode: 'smtp; 554 5.7.1 blocked using an RBL' },
      'soft_bounce',
    ],
    ['a permanent one without words', {}, 'hard_bounce'],
    ['an address on the suppression list', { subType: 'OnAccountSuppressionList' }, 'hard_bounce'],
    ['a full mailbox', { type: 'Transient', subType: 'MailboxFull', status: '5.2.2' }, 'soft_bounce'],
    ['an undetermined one', { type: 'Undetermined', subType: 'Undetermined' }, 'soft_bounce'],
  ])('bounce: %s', (_what, given, kind) => {
    expect(kindOf(ses(sesBounce(given)))).toBe(kind);
  });

  test('a bounce names address, status, moment and our Message-ID', () => {
    const messageId = '<spielbein.42.abcdefghijklmnop@orvelin.example>';
    const diagnosticCode = 'smtp; 550 5.1.1 user unknown';
    expect(ses(sesBounce({ messageId, diagnosticCode }))).toEqual({
      kind: 'reports',
      reports: [
        {
          kind: 'hard_bounce',
          address: 'kim@kunde.example',
          status: '5.1.1',
          detail: 'Permanent/General: smtp; 550 5.1.1 user unknown',
          source: 'ses',
          occurredAt: new Date('2026-10-12T08:00:05Z'),
          dedupeKey: 'ses:010701f0bb-feedback-000000:0',
          mail: { messageId, subject: 'Neues' },
        },
      ],
    });
  });

  test('a bounce of several recipients is one report each', () => {
    const reading = ses(sesBounce({ addresses: ['a@kunde.example', 'b@kunde.example'] }));
    const reports = reading.kind === 'reports' ? reading.reports : [];
    expect(reports.map((report) => report.address)).toEqual(['a@kunde.example', 'b@kunde.example']);
    expect(new Set(reports.map((report) => report.dedupeKey)).size).toBe(2);
  });

  test.each([
    ['abuse', 'complaint'],
    [null, 'complaint'],
    ['not-spam', 'ignored'],
    ['auth-failure', 'ignored'],
  ])('complaint: %s', (feedbackType, kind) => {
    expect(kindOf(ses(sesComplaint({ feedbackType })))).toBe(kind);
  });

  test('deliveries need nothing; what is unknown or broken, a person sees', () => {
    expect(ses(sesDelivery)).toEqual({ kind: 'ignored', why: 'delivered' });
    expect(ses({ eventType: 'DeliveryDelay' })).toEqual({ kind: 'ignored', why: 'delayed' });
    for (const odd of [{ eventType: 'Reject' }, { eventType: 'Bounce', bounce: {} }, {}, null, 'text']) {
      expect(kindOf(ses(odd))).toBe('unreadable');
    }
    expect(kindOf(readSes('{'))).toBe('unreadable');
  });
});

describe('Mailgun', () => {
  const failed = (code: number, message: string, enhanced = '') =>
    mailgunFailure({ 'delivery-status': { code, message, 'enhanced-code': enhanced } });

  test.each([
    ['an unknown user', mailgunFailure(), 'hard_bounce'],
    ['a blocked sender', failed(550, '5.7.1 message rejected as spam'), 'soft_bounce'],
    ['a full mailbox', failed(552, 'mailbox full', '5.2.2'), 'soft_bounce'],
    [
      'one that Mailgun goes on trying',
      mailgunFailure({ severity: 'temporary', reason: 'generic' }),
      'ignored',
    ],
    [
      'given up after a day',
      mailgunFailure({ reason: 'old', 'delivery-status': { code: 602, message: 'Too old' } }),
      'soft_bounce',
    ],
    [
      'bounced before',
      mailgunFailure({ reason: 'suppress-bounce', 'delivery-status': { code: 605 } }),
      'hard_bounce',
    ],
    ['complained before', mailgunFailure({ reason: 'suppress-complaint' }), 'complaint'],
    ['unsubscribed at Mailgun before', mailgunFailure({ reason: 'suppress-unsubscribe' }), 'unsubscribe'],
  ])('failure: %s', (_what, event, kind) => {
    expect(kindOf(readMailgun(event))).toBe(kind);
  });

  test('a failure names address, status, moment and our Message-ID', () => {
    const messageId = 'spielbein.42.abcdefghijklmnop@orvelin.example';
    expect(readMailgun(mailgunFailure({ messageId }))).toMatchObject({
      reports: [
        {
          address: 'kim@kunde.example',
          status: '5.1.1',
          detail: '550 5.1.1 The email account that you tried to reach does not exist.',
          occurredAt: new Date(1791792005375),
          dedupeKey: 'mailgun:G9Bn5sl1TC6nu79C8C0bwg',
          mail: { messageId, subject: 'Neues' },
        },
      ],
    });
  });

  test('other events', () => {
    expect(kindOf(readMailgun(mailgunEvent('complained')))).toBe('complaint');
    expect(kindOf(readMailgun(mailgunEvent('unsubscribed')))).toBe('unsubscribe');
    expect(readMailgun(mailgunEvent('delivered'))).toEqual({ kind: 'ignored', why: 'delivered' });
    for (const odd of [mailgunEvent('rejected'), mailgunEvent('toString'), { event: 'failed' }, null, []]) {
      expect(kindOf(readMailgun(odd))).toBe('unreadable');
    }
  });
});

describe('Postmark', () => {
  test.each([
    ['HardBounce', 'hard_bounce'],
    ['SoftBounce', 'soft_bounce'],
    ['Blocked', 'soft_bounce'],
    ['Transient', 'ignored'],
    ['AutoResponder', 'ignored'],
    ['SpamComplaint', 'complaint'],
    ['AddressChange', 'unreadable'],
    ['constructor', 'unreadable'],
  ])('bounce: %s', (Type, kind) => {
    expect(kindOf(readPostmark(postmarkBounce({ Type })))).toBe(kind);
  });

  test('a bounce names address, status, moment and subject', () => {
    expect(readPostmark(postmarkBounce())).toMatchObject({
      reports: [
        {
          address: 'kim@kunde.example',
          status: '5.1.1',
          occurredAt: new Date('2026-10-12T08:00:05Z'),
          mail: { messageId: null, subject: 'Neues' },
        },
      ],
    });
  });

  test.each([
    ['by the recipient', {}, 'unsubscribe'],
    ['by us', { Origin: 'Customer' }, 'ignored'],
    ['after a hard bounce', { SuppressionReason: 'HardBounce' }, 'hard_bounce'],
    ['after a complaint', { SuppressionReason: 'SpamComplaint' }, 'complaint'],
    ['and taken back', { SuppressSending: false, SuppressionReason: null }, 'ignored'],
    ['for a new reason', { SuppressionReason: 'Other' }, 'unreadable'],
  ])('subscription ended %s', (_what, given, kind) => {
    expect(kindOf(readPostmark(postmarkChange(given)))).toBe(kind);
  });

  test('other records', () => {
    expect(readPostmark({ RecordType: 'Delivery' })).toEqual({ kind: 'ignored', why: 'delivered' });
    for (const odd of [{ RecordType: 'SMTPApiError' }, { RecordType: 'Bounce' }, {}, undefined]) {
      expect(kindOf(readPostmark(odd))).toBe('unreadable');
    }
  });
});

test('whatever comes, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      ses(json);
      readMailgun(json);
      readPostmark(json);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { classify } from '../../../src/feedback/bounces/classify.ts';

/** Replies as servers write them, and whether the address is dead. */
const REPLIES: [hard: boolean, status: string | null, text: string][] = [
  [true, '5.1.1', '550 5.1.1 <anna@kunde.example>: Recipient address rejected: User unknown in local table'],
  [true, '5.0.0', '550 No such user here'],
  [true, null, '550 Requested action not taken: mailbox unavailable'],
  [true, null, '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)'],
  [true, null, 'Unrouteable address'],
  [
    true,
    '5.4.4',
    'Host or domain name not found. Name service error for name=kunde.example type=A: Host not found',
  ],
  [true, '5.0.0', "554 delivery error: dd This user doesn't have a yahoo.test account (anna@yahoo.test) [0]"],
  [true, '5.2.1', '550 5.2.1 The email account that you tried to reach is inactive.'],
  [true, '5.7.1', '550 5.7.1 <anna@kunde.example>: Recipient address rejected: user does not exist'],
  [true, '5.1.10', '556 5.1.10 Recipient address has a null MX'],
  [true, '5.1.0', '550 5.1.0 Address rejected: unknown user'],
  [true, null, '550 Empfänger unbekannt'],
  [
    false,
    '5.7.1',
    '554 5.7.1 Service unavailable; Client host [198.51.100.9] blocked using zen.spamhaus.org',
  ],
  [false, '5.7.1', '550-5.7.1 Our system has detected that this message is likely unsolicited mail.'],
  [false, '5.7.26', '550-5.7.26 This mail has been blocked because the sender is unauthenticated.'],
  [
    false,
    '5.7.1',
    '550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy',
  ],
  [false, '5.1.1', '550 5.1.1 Message rejected: poor reputation of your IP'],
  [false, '5.2.2', '552 5.2.2 mailbox full'],
  [false, null, '552 Requested mail action aborted: exceeded storage allocation'],
  [false, '5.1.1', '550 5.1.1 anna@kunde.example mailbox is full, user unknown to quota'],
  [false, '5.2.3', '552 5.2.3 Message size exceeds fixed limit for this recipient'],
  [false, '5.1.8', '550 5.1.8 Access denied, bad outbound sender'],
  [false, '5.4.6', '554 5.4.6 Too many hops'],
  [false, '4.4.7', 'Message expired; 450 4.1.1 user unknown'],
  [
    false,
    '4.2.1',
    '450-4.2.1 The user you are trying to contact is receiving mail at a rate that is too high',
  ],
  [false, '5.4.1', '[198.51.100.7]: no answer from host'],
  [false, '5.0.0', '554 Transaction failed, reject due to policy restrictions'],
  [false, null, ''],
];

describe('what a refusal means for the address', () => {
  test.each(REPLIES)('dead: %s, status %s, "%s"', (hard, status, text) => {
    expect(classify({ status, text }).kind).toBe(hard ? 'hard_bounce' : 'soft_bounce');
  });

  it('is not read from the names of servers and people', () => {
    const said = 'host mx.spam-blocklist.example said: 550 5.1.1 <virus@kunde.example> user unknown';
    expect(classify({ status: '5.1.1', text: said }).kind).toBe('hard_bounce');
    expect(classify({ status: '5.0.0', text: '550 rejected by user.unknown.example' }).kind).toBe(
      'soft_bounce',
    );
  });

  it('has the most precise status code that is given', () => {
    expect(classify({ status: '5.0.0', text: '550 5.1.1 unknown' }).status).toBe('5.1.1');
    expect(classify({ status: '5.1.2 (bad system)', text: '550 5.1.1 unknown' }).status).toBe('5.1.2');
    expect(classify({ status: null, text: '550 go away' }).status).toBe('5.0.0');
    expect(classify({ status: null, text: 'from 5.9.8.7 version 5.1.1.2' }).status).toBeNull();
  });

  it('is never "dead" when the server says 4.x.x, or that it is about us', () => {
    const dead = fc.constantFrom(...REPLIES.filter(([hard]) => hard).map(([, , text]) => text));
    fc.assert(
      fc.property(dead, fc.nat(9), fc.nat(99), (text, subject, detail) => {
        expect(classify({ status: `4.${subject}.${detail}`, text }).kind).toBe('soft_bounce');
        expect(classify({ status: '5.1.1', text: `${text} (client blocked)` }).kind).toBe('soft_bounce');
      }),
    );
  });

  it('is decided quickly for any text', () => {
    for (const piece of ['user ', 'a.', '@', '5.1.', 'mailbox full', '\u0000', ' domain']) {
      const before = performance.now();
      classify({ status: '5.0.0', text: piece.repeat(100_000) });
      expect(performance.now() - before).toBeLessThan(200);
    }
  });
});

import type { BreakerLimits } from '../library/schema.ts';

/** What became of some mails of one campaign, and what came back about them. Each mail counts once in each. */
export interface WatchedMails {
  /** Mails that a server took or refused. */
  mails: number;
  /** Mails that came back, for good (hard) or for now (soft): a mailbox provider sees no difference. */
  bounces: number;
  complaints: number;
  unsubscribes: number;
  /** Mails that no server took: refused for good, or given up after a day. */
  failures: number;
}

export const RATES = ['complaints', 'bounces', 'unsubscribes', 'failures'] as const;
export type RateKind = (typeof RATES)[number];

/** A rate that passed its limit. */
export interface Trip {
  kind: RateKind;
  /** So many of `mails`. */
  count: number;
  mails: number;
  /** Both as shares, 0 to 1. `rate` is `count` of `mails`. */
  rate: number;
  limit: number;
}

/** Fewer mails than this say nothing about a rate. */
const FEWEST = 100;

/**
 * Whether a campaign must stop. A rate trips when it is above its limit; a limit of 1 is never passed.
 *
 * Of a few mails, a rate means little: 1 complaint among 30 mails is 3 %, and most likely chance. So every rate is
 * judged as if at least 100 mails had gone out, and at least as many as make one of them worth the limit (1,000 for
 * 0.1 %). One complaint never stops a campaign, two among its first thousand mails do.
 *
 * @returns the first rate that passed its limit, in the order of `RATES` (the gravest first); null when none did
 */
export function tripped(watched: WatchedMails, limits: Pick<BreakerLimits, RateKind>): Trip | null {
  for (const kind of RATES) {
    const limit = limits[kind];
    const count = watched[kind];
    const { mails } = watched;
    // Counts are compared, not shares: 50 of 1,000 is not above 5 %, whatever floating point makes of it.
    const allowed = Math.floor(Math.max(mails, FEWEST, 1 / limit) * limit + 1e-9);
    if (limit < 1 && count > allowed) return { kind, count, mails, rate: count / mails, limit };
  }
  return null;
}

const WORDS: Readonly<Record<RateKind, { happened: string; check: string }>> = {
  complaints: {
    happened: 'were reported as spam',
    check:
      'Look at who gets this campaign and why they would call it spam. Mailbox providers block senders above 0.3 %.',
  },
  bounces: {
    happened: 'came back',
    check:
      'Look at what the servers said, and whether the addresses are old or a provider has blocked the sender.',
  },
  unsubscribes: {
    happened: 'were answered with an unsubscription',
    check: 'Look at what the mail says and whom it goes to.',
  },
  failures: {
    happened: 'were taken by no mail server',
    check:
      'Look at what the servers said: `spielbein doctor` checks the sender’s domain and the mail server.',
  },
};

/** A trip in words for people: what happened, what the limit is, what to do. */
export function tripWords(trip: Trip, campaignId: string): { title: string; text: string } {
  const { happened, check } = WORDS[trip.kind];
  const mails = trip.mails.toLocaleString('en');
  return {
    title: `Campaign ${campaignId} has paused itself: ${share(trip.rate)} of its mails ${happened}.`,
    text:
      `Of ${mails} mails in a row, ${trip.count.toLocaleString('en')} ${happened}: ${share(trip.rate)}. The limit is ` +
      `${share(trip.limit)} (breaker.${trip.kind} in settings.yaml). ${check} Nothing is sent until somebody goes on ` +
      `with \`spielbein campaign resume ${campaignId}\`; counting then begins anew.`,
  };
}

/** 0.0412 → "4.12 %"; as many digits as tell it from its limit. */
function share(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}

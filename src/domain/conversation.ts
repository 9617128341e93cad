/** What a customer can say to a block with one click. The order is that of the bits in a link's token. */
export const ANSWERS = ['yes', 'call', 'later', 'no'] as const;
export type Answer = (typeof ANSWERS)[number];

/**
 * What shows that a link was opened by a program: it only asked for the headers, it said it was fetching ahead, it
 * named itself, it opened many links of one mail at once, or it sent a form faster than anybody reads, or without
 * having been shown it.
 */
export const MACHINE_SIGNS = ['head', 'prefetch', 'agent', 'burst', 'hasty'] as const;
export type MachineSign = (typeof MACHINE_SIGNS)[number];

/**
 * How often somebody wants to hear from us: once a month, once a quarter, or only what every owner must know
 * (developments marked `important`).
 */
export const FREQUENCIES = ['monthly', 'quarterly', 'important'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** What developments can be about. */
export const DEVELOPMENT_KINDS = ['version', 'accessory', 'service', 'training', 'know-how'] as const;
export type DevelopmentKind = (typeof DEVELOPMENT_KINDS)[number];

/** What can be unsubscribed from by itself: kinds of developments, and everything experimental. */
export const TOPICS = [...DEVELOPMENT_KINDS, 'offers'] as const;
export type Topic = (typeof TOPICS)[number];

/** What a customer wishes for; what they said nothing about is as the CRM and the rules have it. */
export interface Preferences {
  language: 'de' | 'en' | null;
  frequency: Frequency | null;
  topicsOff: Topic[];
  /** From -2 (much more of the proven) to 2 (much more that is new). A wish: people decide about the ratio. */
  ratioWish: number | null;
  /** ISO 8601 date: no mail before this day. */
  pausedUntil: string | null;
}

/** Nothing was said. */
export const NO_PREFERENCES: Preferences = {
  language: null,
  frequency: null,
  topicsOff: [],
  ratioWish: null,
  pausedUntil: null,
};

/** By how much one step of the wish moves the innovation ratio. */
const WISH_STEP = 0.1;

/** The innovation ratio that a wish comes to, 0 to 1, in hundredths: a suggestion to people, never a change. */
export function wishedRatio(ratio: number, wish: number): number {
  return Math.round(Math.min(1, Math.max(0, ratio + wish * WISH_STEP)) * 100) / 100;
}

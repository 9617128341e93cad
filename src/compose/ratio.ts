import type { RatioAccount, RatioSource } from '../domain/composition.ts';

/** Ratios are kept in ten-thousandths, so that accounts add up exactly, however many mails there are. */
export const UNIT = 10_000;

/** A ratio from 0 to 1 in whole ten-thousandths. */
export function ratioUnits(ratio: number): number {
  return Math.round(ratio * UNIT);
}

/**
 * Which innovation ratio counts for a customer: the contact's own, else the company's, else that of the
 * segments the customer is in, else the default. Of several segments the most cautious (smallest) counts.
 */
export function ratioFor(settings: {
  contact: number | null;
  company: number | null;
  segments: number[];
  fallback: number;
}): { value: number; source: RatioSource } {
  if (settings.contact !== null) return { value: settings.contact, source: 'contact' };
  if (settings.company !== null) return { value: settings.company, source: 'company' };
  if (settings.segments.length > 0) return { value: Math.min(...settings.segments), source: 'segment' };
  return { value: settings.fallback, source: 'default' };
}

/** Blocks owed to the experiment (positive) or shown ahead of it (negative), in ten-thousandths of a block. */
export function debt(account: RatioAccount): number {
  return account.wanted - account.forgiven - account.given * UNIT;
}

/**
 * How many blocks a mail has: as many as the unseen developments allow, and more where the ratio makes
 * sure that experiments fill the rest. It depends on no random draw, which keeps the ratio exact in every
 * single campaign (`experimentsDue`).
 */
export function blocksInMail(given: {
  /** Developments that could be told, at least 1. */
  developments: number;
  /** Offers that could be shown. */
  offers: number;
  ratio: number;
  maxProven: number;
  maxBlocks: number;
}): number {
  const proven = Math.min(given.developments, given.maxProven);
  let blocks = Math.min(proven, given.maxBlocks);
  while (blocks < given.maxBlocks) {
    const next = blocks + 1;
    const surelyExperimental = Math.min(Math.floor((given.ratio * next) / UNIT), given.offers);
    if (next - surelyExperimental > proven) break;
    blocks = next;
  }
  return blocks;
}

/**
 * How many of the next `blocks` blocks are to be experimental: ordered pivotal sampling (Chauvet, "On a
 * characterization of ordered pivotal sampling", arXiv 1211.5442). Two promises hold for any sequence of
 * ratios and block counts, as long as the result is shown:
 *
 * - for every customer at every time, |experiments shown − Σ ratio × blocks| < 1;
 * - in every single campaign the expected number is exactly ratio × blocks, so that a campaign's share is
 *   right across customers too.
 *
 * The account falls into cells of one block each. In the cell that `wanted` has entered, the cell's one
 * experiment is either done already or still to come; that decides the probability of one more now.
 * If experiments could not be shown before, what is owed comes first.
 *
 * @param ratio in ten-thousandths
 * @param uniform a random number in [0, 1)
 */
export function experimentsDue(
  account: RatioAccount,
  ratio: number,
  blocks: number,
  uniform: number,
): number {
  const wanted = account.wanted - account.forgiven;
  const cell = Math.floor(wanted / UNIT);
  const inCell = wanted - cell * UNIT;
  const ahead = account.given - cell;
  const done = ahead >= 1;
  // Owed from before (ahead < 0) is served now; shown beyond this cell's one (ahead > 1) is saved now.
  const carried = ahead < 0 ? -ahead : done ? 1 - ahead : 0;

  const wish = ratio * blocks;
  const sure = Math.floor(wish / UNIT);
  const part = wish - sure * UNIT;
  const staysInCell = inCell + part <= UNIT;
  const chance = staysInCell
    ? done
      ? 0
      : part / (UNIT - inCell)
    : done
      ? (inCell + part - UNIT) / inCell
      : 1;
  const extra = uniform < chance ? 1 : 0;
  return Math.min(blocks, Math.max(0, sure + extra + carried));
}

/**
 * The account after a mail was shown. Debt beyond `maxDebt` blocks is let go, and counted as forgiven, so
 * that a long time without fitting offers does not end in a flood of them.
 */
export function settleAccount(
  account: RatioAccount,
  shown: { ratio: number; blocks: number; experiments: number },
  maxDebt: number,
): RatioAccount {
  const after = {
    wanted: account.wanted + shown.ratio * shown.blocks,
    given: account.given + shown.experiments,
    forgiven: account.forgiven,
  };
  after.forgiven += Math.max(0, debt(after) - maxDebt * UNIT);
  return after;
}

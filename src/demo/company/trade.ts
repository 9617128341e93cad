import { CATALOGUE, type CatalogueProduct } from './catalogue.ts';
import { contactCreated } from './contact.ts';
import type { Dice } from './dice.ts';
import { SLOTS } from './ids.ts';
import { lineOf, serviceLine, type TradeLine } from './line.ts';
import { otherProduct, ownedChoice } from './purchases.ts';
import { DAY } from './record.ts';

/** What became of a deal or an order. Only won deals and delivered or shipped orders are purchases. */
export type TradeState = 'won' | 'lost' | 'open' | 'delivered' | 'shipped' | 'cancelled' | 'returned';

/** One deal or order of one contact. */
export interface Trade {
  contact: number;
  /** Place among the contact's trades, in order of time; part of the ids. */
  slot: number;
  kind: 'deal' | 'order';
  state: TradeState;
  /** Epoch ms. */
  time: number;
  lines: TradeLine[];
  /** Bought again: such deals run through the pipeline for repeat business. */
  repeat: boolean;
}

type Draft = Omit<Trade, 'contact' | 'slot'>;

/** All deals and orders of a contact, oldest first. */
export function trades(roll: Dice, contact: number, midnight: number): Trade[] {
  const created = contactCreated(roll, contact, midnight);
  const moment = (purpose: string, n: number) =>
    Math.floor(created + roll(purpose, contact, n) * (midnight - DAY - created));
  const owned = ownedChoice(roll, contact);
  const drafts = bought(roll, contact, owned, moment);
  drafts.push(...sentBack(roll, contact, drafts, midnight), ...again(roll, contact, owned, moment, midnight));
  drafts.push(...inVain(roll, contact, owned, moment, midnight));
  return drafts
    .sort((a, b) => a.time - b.time)
    .slice(0, SLOTS)
    .map((draft, slot) => ({ contact, slot, ...draft }));
}

/** First purchases; every third product or so comes in a bundle with the one before it. */
function bought(
  roll: Dice,
  contact: number,
  owned: number[],
  moment: (purpose: string, n: number) => number,
): Draft[] {
  const drafts: Draft[] = [];
  owned.forEach((product, n) => {
    const pieces =
      1 + Math.floor(roll('pieces', contact, n) ** 3 * (CATALOGUE[product] as CatalogueProduct).pieces);
    const line = lineOf(roll, contact, n, product, pieces);
    const before = drafts.at(-1);
    if (before && roll('bundle', contact, n) < 0.35) before.lines.push(line);
    else drafts.push(sold(roll, contact, n, moment('bought', n), [line], false));
  });
  drafts.forEach((draft, n) => {
    const service = serviceLine(roll, contact, n);
    if (service) draft.lines.push(service);
  });
  return drafts;
}

/** One piece out of several sent back: a later order with a negative quantity. The rest is still owned. */
function sentBack(roll: Dice, contact: number, sales: readonly Draft[], midnight: number): Draft[] {
  const drafts: Draft[] = [];
  sales.forEach(({ time, lines }, n) => {
    const several = lines.find((line) => line.product !== null && Number(line.quantity) > 1);
    if (!several || roll('sent back', contact, n) >= 0.05) return;
    const credit: Draft = {
      kind: 'order',
      state: 'delivered',
      time: between(time, midnight, roll('sent back when', contact, n)),
      lines: [{ ...several, quantity: '-1' }],
      repeat: false,
    };
    drafts.push(credit);
  });
  return drafts;
}

/** Repeat purchases. */
function again(
  roll: Dice,
  contact: number,
  owned: number[],
  moment: (purpose: string, n: number) => number,
  midnight: number,
): Draft[] {
  const drafts: Draft[] = [];
  owned.forEach((product, n) => {
    if (n < 4 && roll('again', contact, n) < 0.15) {
      const time = between(moment('bought', 0), midnight, roll('again when', contact, n));
      drafts.push(sold(roll, contact, 50 + n, time, [lineOf(roll, contact, 50 + n, product, 1)], true));
    }
  });
  return drafts;
}

/** What does not count: lost and open deals, cancelled and returned orders, purchases taken back later. */
function inVain(
  roll: Dice,
  contact: number,
  owned: number[],
  moment: (purpose: string, n: number) => number,
  midnight: number,
): Draft[] {
  const drafts: Draft[] = [];
  const add = (n: number, kind: Trade['kind'], state: TradeState, time: number, pieces = 1) => {
    const product = otherProduct(roll('in vain', contact, n), owned);
    drafts.push({
      kind,
      state,
      time,
      lines: [lineOf(roll, contact, 70 + n, product, pieces)],
      repeat: false,
    });
  };
  const happens = (purpose: string, share: number) => owned.length > 0 && roll(purpose, contact) < share;
  if (roll('lost', contact) < 0.1) add(0, 'deal', 'lost', moment('lost', 0));
  if (roll('open', contact) < 0.04)
    add(1, 'deal', 'open', Math.floor(midnight - (1 + roll('open for', contact) * 40) * DAY));
  if (happens('cancelled', 0.04)) add(2, 'order', 'cancelled', moment('cancelled', 0));
  if (happens('returned', 0.02)) add(3, 'order', 'returned', moment('returned', 0));
  if (happens('credited', 0.03)) {
    // the same product (same roll) bought, and taken back by a credit order
    const time = moment('credited', 0);
    const pieces = 1 + Math.floor(roll('credited pieces', contact) * 2);
    add(4, 'order', 'delivered', time, pieces);
    add(4, 'order', 'delivered', between(time, midnight, roll('credited when', contact)), -pieces);
  }
  return drafts;
}

function sold(
  roll: Dice,
  contact: number,
  n: number,
  time: number,
  lines: TradeLine[],
  repeat: boolean,
): Draft {
  const deal = roll('by deal', contact, n) < 0.6;
  const state = deal ? 'won' : roll('on its way', contact, n) < 0.02 ? 'shipped' : 'delivered';
  return { kind: deal ? 'deal' : 'order', state, time, lines, repeat };
}

function between(from: number, midnight: number, roll: number): number {
  return Math.floor(from + 3_600_000 + roll * Math.max(0, midnight - from - 7_200_000));
}

import type { Dice } from './dice.ts';
import { idAt, linePlace, tradePlace } from './ids.ts';
import type { TradeLine } from './line.ts';
import type { Organisation } from './organisation.ts';
import { DAY, type DemoRecord, iso } from './record.ts';
import type { Trade, TradeState } from './trade.ts';

/** Stages of the two deal pipelines, see PIPELINES. */
export const DEFAULT_PIPELINE = 'default';
export const REPEAT_PIPELINE = '48213377';

const STAGES: Record<string, Partial<Record<TradeState, string>>> = {
  [DEFAULT_PIPELINE]: { won: 'closedwon', lost: 'closedlost', open: 'contractsent' },
  [REPEAT_PIPELINE]: { won: '104417230', lost: '104417231', open: '104417229' },
};

/** When a deal, an order or its lines were last changed: up to three weeks after the sale. Epoch ms. */
export function tradeModified(roll: Dice, trade: Trade, midnight: number): number {
  const room = Math.min(20 * DAY, midnight - 60_000 - trade.time);
  return Math.floor(trade.time + roll('trade touched', trade.contact, trade.slot) * room);
}

export function dealRecord(roll: Dice, trade: Trade, firm: Organisation, midnight: number): DemoRecord {
  const pipeline = trade.repeat ? REPEAT_PIPELINE : DEFAULT_PIPELINE;
  const closed = trade.state !== 'open';
  // an open deal's close date is when the salesperson hopes for it
  const closedate = closed ? trade.time : trade.time + 60 * DAY;
  return {
    id: idAt('deals', tradePlace(trade.contact, trade.slot)),
    createdAt: trade.time,
    updatedAt: tradeModified(roll, trade, midnight),
    properties: {
      dealname: `${trade.lines[0]?.name} – ${firm.name}`,
      pipeline,
      dealstage: STAGES[pipeline]?.[trade.state] ?? null,
      hs_is_closed: String(closed),
      hs_is_closed_won: String(trade.state === 'won'),
      closedate: iso(closedate),
      amount: total(trade),
      deal_currency_code: firm.region.currency,
      createdate: iso(trade.time),
    },
  };
}

export function orderRecord(roll: Dice, trade: Trade, firm: Organisation, midnight: number): DemoRecord {
  const place = tradePlace(trade.contact, trade.slot);
  return {
    id: idAt('orders', place),
    createdAt: trade.time,
    updatedAt: tradeModified(roll, trade, midnight),
    properties: {
      hs_order_name: `Auftrag ${100_000 + place}`,
      hs_external_order_id: `SO-${iso(trade.time).slice(0, 4)}-${place}`,
      hs_external_order_status: trade.state,
      hs_external_created_date: iso(trade.time),
      hs_total_price: total(trade),
      hs_currency_code: firm.region.currency,
      hs_createdate: iso(trade.time),
    },
  };
}

export function lineRecord(
  roll: Dice,
  trade: Trade,
  at: number,
  line: TradeLine,
  firm: Organisation,
  midnight: number,
): DemoRecord {
  return {
    id: idAt('line_items', linePlace(tradePlace(trade.contact, trade.slot), at)),
    createdAt: trade.time,
    updatedAt: tradeModified(roll, trade, midnight),
    properties: {
      name: line.name,
      hs_product_id: line.productId,
      hs_sku: line.sku,
      quantity: line.quantity,
      price: String(line.price),
      amount: money(line.price * Number(line.quantity)),
      hs_line_item_currency_code: firm.region.currency,
      createdate: iso(trade.time),
    },
  };
}

const total = (trade: Trade): string =>
  money(trade.lines.reduce((sum, line) => sum + line.price * Number(line.quantity), 0));

const money = (amount: number): string => String(Math.round(amount * 100) / 100);

import type { Database } from '../../src/db/connect.ts';
import type { Block } from '../../src/domain/composition.ts';
import type { Sold } from '../../src/effect/sold.ts';
import type { KeyedProduct } from '../../src/segment/segments.ts';
import { seeded } from './company-chance.ts';

export const PRODUCTS: KeyedProduct[] = [
  { id: 'p1', key: 'laser', name: 'Laser', family: null },
  // one product of the library may be several records in the CRM
  { id: 'p1b', key: 'laser', name: 'Laser (alt)', family: null },
  { id: 'p2', key: 'scale', name: 'Scale', family: null },
  { id: 'p3', key: 'ink', name: 'Ink', family: null },
  { id: 'p4', key: 'camera', name: 'Camera', family: null },
  { id: 'p5', key: 'p5', name: 'Not in the library', family: null },
];

type ShownBlock = Pick<Block, 'kind' | 'contentId' | 'productKey'>;
const BLOCKS: ShownBlock[] = [
  { kind: 'proven', contentId: 'news', productKey: 'laser' },
  { kind: 'proven', contentId: 'news', productKey: 'scale' },
  { kind: 'proven', contentId: 'supplies', productKey: 'laser' },
  { kind: 'experimental', contentId: 'camera', productKey: 'laser' },
  { kind: 'experimental', contentId: 'app', productKey: 'scale' },
  { kind: 'proven', contentId: 'forgotten', productKey: 'p5' },
  { kind: 'experimental', contentId: 'forgotten-offer', productKey: 'laser' },
];

export const SOLD: Sold = {
  fixed: [
    { kind: 'proven', contentId: 'supplies' },
    { kind: 'experimental', contentId: 'camera' },
    { kind: 'experimental', contentId: 'app' },
  ],
  products: [
    { kind: 'proven', contentId: 'supplies', key: 'ink' },
    { kind: 'proven', contentId: 'supplies', key: 'scale' },
    { kind: 'experimental', contentId: 'camera', key: 'camera' },
  ],
};

/** What a block sells, said again for counting by hand. */
export function keysOf(block: ShownBlock): string[] {
  if (block.contentId === 'supplies') return ['ink', 'scale'];
  if (block.contentId === 'camera') return ['camera'];
  return block.kind === 'proven' ? [block.productKey] : [];
}

export interface Mail {
  campaign: string;
  customer: string;
  mailed: boolean;
  /** A moment; the tests' days are those of Berlin. */
  at: Date;
  state: string;
  reason: string | null;
  former: boolean;
  blocks: ShownBlock[];
}

export interface Facts {
  companyOf: Map<string, string | null>;
  mails: Mail[];
  purchases: { customer: string; product: string; quantity: number; on: string; status: string }[];
  campaigns: { id: string; state: 'finished' | 'cancelled' | 'draft'; finishedAt: Date }[];
}

const DAY = 86_400_000;
const START = Date.parse('2026-01-05T22:30:00Z');

/** Five campaigns with everything that can become of a mail, and purchases of all kinds. */
export function randomFacts(seed: number): Facts {
  const random = seeded(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const campaigns: Facts['campaigns'] = (
    ['finished', 'finished', 'cancelled', 'draft', 'finished'] as const
  ).map((state, i) => ({ id: `c${i}`, state, finishedAt: new Date(START + (25 * i + 1) * DAY) }));
  const companyOf = new Map<string, string | null>();
  const facts: Facts = { companyOf, mails: [], purchases: [], campaigns };
  for (let i = 0; i < 400; i += 1) {
    const customer = `k${i}`;
    // some are not there any more
    if (random() < 0.97) companyOf.set(customer, random() < 0.3 ? null : `f${Math.floor(random() * 120)}`);
    const side = random() < 0.7;
    for (const [index, { id }] of campaigns.entries()) {
      if (random() < 0.4) continue;
      const mailed = index === 4 && random() < 0.1 ? !side : side;
      const at = new Date(START + (25 * index + random() * 2) * DAY);
      const state = mailed
        ? pick(['sent', 'sent', 'sent', 'sent', 'failed', 'in_doubt', 'skipped', 'planned'])
        : pick(['held out', 'held out', 'held out', 'skipped', 'planned']);
      const reason =
        state === 'skipped' ? pick(['nothing_new', 'merged', 'erased', 'campaign_cancelled']) : null;
      const hasBlocks = !['skipped', 'planned'].includes(state) && !(state === 'failed' && random() < 0.5);
      const blocks = hasBlocks ? BLOCKS.filter(() => random() < 0.35) : [];
      const mail = { campaign: id, customer, mailed, at, state, reason, former: false, blocks };
      facts.mails.push(mail);
      if (mailed && random() < 0.05) facts.mails.push({ ...mail, former: true });
    }
    for (let n = Math.floor(random() * 6); n > 0; n -= 1) {
      const on = new Date(START + Math.floor(random() * 170) * DAY).toISOString().slice(0, 10);
      const status = pick(['kept', 'kept', 'kept', 'returned', 'cancelled']);
      facts.purchases.push({
        customer,
        product: pick(PRODUCTS).id,
        quantity: pick([-1, 0, 1, 1, 2, 3]),
        on,
        status,
      });
    }
  }
  return facts;
}

/** Writes these facts into the tables. */
export async function store(db: Database, facts: Facts): Promise<void> {
  const customers = [...facts.companyOf].map(([id, company_id]) => ({
    id,
    source: 'test',
    company_id,
    email: null,
    language: 'de' as const,
    consent: 'consent' as const,
    opted_out: false,
    bounced: false,
  }));
  await db.insertInto('customers').values(customers).execute();
  await db
    .insertInto('products')
    .values(PRODUCTS.map(({ id, name }) => ({ id, name, source: 'test', family: null })))
    .execute();
  await db
    .insertInto('campaigns')
    .values(
      facts.campaigns.map(({ id, state, finishedAt }) => ({
        id,
        name: id,
        kind: 'adhoc' as const,
        audience: '{}',
        excluded: '{}',
        state,
        created_at: finishedAt,
        finished_at: finishedAt,
      })),
    )
    .execute();
  await db
    .insertInto('purchases')
    .values(
      facts.purchases.map(({ customer, product, quantity, on, status }, i) => ({
        id: `d${i}`,
        customer_id: customer,
        source: 'test',
        product_id: product,
        quantity,
        purchased_on: on,
        status: status as 'kept',
      })),
    )
    .execute();
  const mailed = facts.mails.filter((mail) => mail.mailed);
  const rows = await db
    .insertInto('sends')
    .values(
      mailed.map((mail) => ({
        campaign_id: mail.campaign,
        customer_id: mail.customer,
        chunk: 0,
        state: mail.state as 'sent',
        reason: mail.reason,
        due_at: mail.at,
        sending_at: mail.state === 'sent' ? mail.at : null,
        planned_at: mail.at,
        former_id: mail.former ? 'former' : null,
        composition: mail.blocks.length > 0 ? (JSON.stringify({ blocks: mail.blocks }) as never) : null,
      })),
    )
    .returning('id')
    .execute();
  const shown = mailed.flatMap((mail, i) =>
    mail.state === 'sent'
      ? mail.blocks.map((block, position) => ({ ...mail, block, position, id: rows[i]?.id ?? 0 }))
      : [],
  );
  await db
    .insertInto('shown_blocks')
    .values(
      shown.map(({ id, position, customer, campaign, block, at }) => ({
        send_id: id,
        position,
        customer_id: customer,
        campaign_id: campaign,
        kind: block.kind,
        content_id: block.contentId,
        variant_id: 'base',
        product_key: block.productKey,
        probability: 1,
        shown_at: at,
      })),
    )
    .execute();
  await db
    .insertInto('held_out')
    .values(
      facts.mails
        .filter((mail) => !mail.mailed)
        .map((mail) => ({
          campaign_id: mail.campaign,
          customer_id: mail.customer,
          chunk: 0,
          // decided when the chunk was delivered, which may be later
          due_at: new Date(mail.at.getTime() - (mail.state === 'planned' ? 0 : DAY)),
          decided_at: mail.state === 'planned' ? null : mail.at,
          reason: mail.reason as 'nothing_new' | null,
          blocks: mail.blocks.length > 0 ? JSON.stringify(mail.blocks) : null,
        })),
    )
    .execute();
}

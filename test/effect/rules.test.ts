import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Comparison, type Counted, countBuyers } from '../../src/effect/load.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
beforeEach(async () => {
  await sql`truncate customers, products, campaigns, purchases cascade`.execute(db);
  await sql`insert into products (id, source, name) select n, 'test', n from unnest(array['laser', 'scale']) n`.execute(
    db,
  );
});

const WINDOW = 60;

/** The customers whose record has this number, in the campaign's mail or its holdout, on that day. */
async function mail(
  campaign: string,
  given: { to: string[]; heldOut?: string[]; about: string; on: string; state?: string; reason?: string },
): Promise<void> {
  const { to, heldOut = [], about, on, state = 'sent', reason = null } = given;
  const at = `${on}T10:00:00Z`;
  const block = { kind: 'proven', contentId: `${about}-news`, productKey: about };
  await sql`
    insert into customers (id, source, consent) select id, 'test', 'consent' from unnest(${[...to, ...heldOut]}::text[]) id
    on conflict do nothing`.execute(db);
  await sql`
    insert into campaigns (id, name, kind, state, created_at) values (${campaign}, ${campaign}, 'adhoc', 'running', ${at})
    on conflict do nothing`.execute(db);
  await sql`
    with new as (
      insert into sends (campaign_id, customer_id, chunk, state, reason, due_at, sending_at, composition)
      select ${campaign}, id, 0, ${state}, ${reason}, ${at}, ${at}, ${JSON.stringify({ blocks: [block] })}::jsonb
      from unnest(${to}::text[]) id returning *)
    insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
      probability, shown_at)
    select id, 0, customer_id, campaign_id, 'proven', ${block.contentId}, 'base', ${about}, 1, ${at}
    from new where state = 'sent'`.execute(db);
  await sql`
    insert into held_out (campaign_id, customer_id, chunk, due_at, decided_at, blocks)
    select ${campaign}, id, 0, ${at}::timestamptz - interval '3 days', ${at}, ${JSON.stringify([block])}::jsonb
    from unnest(${heldOut}::text[]) id`.execute(db);
}

async function buys(customer: string, ...lines: [product: string, quantity: number, on: string][]) {
  for (const [product, quantity, on] of lines)
    await sql`
      insert into purchases (id, customer_id, source, product_id, quantity, purchased_on, status)
      values (${`${product} ${on} ${quantity}`}, ${customer}, 'test', ${product}, ${quantity}, ${on}, 'kept')`.execute(
      db,
    );
}

async function count(by: Comparison, unit: string, now = '2026-12-01') {
  const counted = await countBuyers(db, {
    sold: { fixed: [], products: [] },
    products: ['laser', 'scale'].map((id) => ({ id, key: id, name: id, family: null })),
    by,
    windowDays: WINDOW,
    timeZone: 'Europe/Berlin',
    now: new Date(`${now}T10:00:00Z`),
  });
  const found = counted.find((row) => row.unit === unit);
  const sum = (group: 'mailed' | 'heldOut', of: 'people' | 'buyers') =>
    found?.companies.reduce((n, company) => n + company.times * company[group][of], 0) ?? 0;
  return {
    mailed: `${sum('mailed', 'buyers')} of ${sum('mailed', 'people')}`,
    heldOut: `${sum('heldOut', 'buyers')} of ${sum('heldOut', 'people')}`,
    pieces: found?.pieces as Counted['pieces'],
    open: found?.open,
    days: found?.days,
  };
}

describe('what came back', () => {
  it('counts as not bought, also when it is booked as a line of its own, in the window or after it', async () => {
    await mail('a', { to: ['1', '2', '3', '4', '5', '6'], about: 'laser', on: '2026-03-01' });
    await buys('1', ['laser', 2, '2026-03-10']);
    await buys('2', ['laser', 2, '2026-03-10'], ['laser', -2, '2026-03-20']);
    await buys('3', ['laser', 1, '2026-04-25'], ['laser', -1, '2026-05-20']);
    await buys('4', ['laser', 3, '2026-03-10'], ['laser', -1, '2026-03-20']);
    // what came back had been bought after the window
    await buys('5', ['laser', 1, '2026-03-10'], ['laser', 1, '2026-05-10'], ['laser', -1, '2026-05-20']);
    // another product came back
    await buys('6', ['laser', 1, '2026-03-10'], ['scale', -1, '2026-03-20']);
    expect(await count('campaign', 'a')).toMatchObject({
      mailed: '4 of 6',
      pieces: { mailed: 2 + 2 + 1 + 1, heldOut: 0 },
    });
  });
});

describe('the total', () => {
  it('goes by the first mail, whoever drops out of later ones', async () => {
    await mail('a', { to: ['1', '2'], heldOut: ['3', '4'], about: 'laser', on: '2026-03-01' });
    // 2 unsubscribes; of 4 nobody knows whether they would have
    await mail('b', { to: ['1'], heldOut: ['3', '4'], about: 'scale', on: '2026-03-15' });
    for (const customer of ['1', '2', '3', '4']) await buys(customer, ['scale', 1, '2026-03-20']);
    expect(await count('total', '')).toMatchObject({ mailed: '0 of 2', heldOut: '0 of 2' });
    await buys('1', ['laser', 1, '2026-03-21']);
    expect(await count('total', '')).toMatchObject({ mailed: '1 of 2', heldOut: '0 of 2' });
    expect(await count('campaign', 'b')).toMatchObject({ mailed: '1 of 1', heldOut: '2 of 2' });
  });

  it('says from when to when those mails went out', async () => {
    await mail('a', { to: ['1'], heldOut: ['2'], about: 'laser', on: '2026-03-01' });
    await mail('b', { to: ['1', '3'], about: 'laser', on: '2026-05-01' });
    await mail('c', { to: ['4'], about: 'laser', on: '2026-11-20' });
    expect((await count('total', '')).days).toEqual({ first: '2026-03-01', last: '2026-05-01' });
  });
});

describe('a mail that was left out for the holdout', () => {
  it('opens its window when it was decided, not when it was due', async () => {
    await mail('a', { to: ['1'], heldOut: ['2', '3'], about: 'laser', on: '2026-03-10' });
    await buys('2', ['laser', 1, '2026-03-09']);
    await buys('3', ['laser', 1, '2026-03-11']);
    expect(await count('campaign', 'a')).toMatchObject({ heldOut: '1 of 2' });
  });

  it('counts as open while nobody has decided about it, and not at all if it would not have gone out', async () => {
    await mail('a', { to: ['1'], heldOut: ['2', '3', '4'], about: 'laser', on: '2026-03-10' });
    await sql`update held_out set decided_at = null, blocks = null where customer_id = '2'`.execute(db);
    await sql`update held_out set reason = 'opted_out', blocks = null where customer_id = '3'`.execute(db);
    expect(await count('campaign', 'a')).toMatchObject({
      heldOut: '0 of 1',
      open: { mailed: 0, heldOut: 1 },
    });
  });

  it('is compared with mails that were decided to be written, whatever became of them', async () => {
    await mail('a', { to: ['1'], heldOut: ['9'], about: 'laser', on: '2026-03-10' });
    await mail('a', {
      to: ['2'],
      about: 'laser',
      on: '2026-03-10',
      state: 'failed',
      reason: 'smtp_rejected',
    });
    await mail('a', { to: ['3'], about: 'laser', on: '2026-03-10', state: 'in_doubt' });
    await mail('a', { to: ['4'], about: 'laser', on: '2026-03-10', state: 'skipped', reason: 'opted_out' });
    for (const customer of ['2', '3', '4']) await buys(customer, ['laser', 1, '2026-03-20']);
    expect(await count('campaign', 'a')).toMatchObject({ mailed: '2 of 3', heldOut: '0 of 1' });
    expect(await count('product', 'laser')).toMatchObject({ mailed: '2 of 3', heldOut: '0 of 1' });
  });
});

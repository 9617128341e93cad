import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadPopulation } from '../../../src/learn/population.ts';
import { loadComplaints } from '../../../src/learn/proof/complaints.ts';
import { guard } from '../../../src/learn/proof/guard.ts';
import { testDatabase } from '../../stands/database.ts';

const { db } = await testDatabase();
const now = new Date('2026-06-15T04:00:00Z');
const look = () => guard(db, { now, language: 'en' });

/**
 * A night's mails of one campaign to people who could get the same: so many with each variant of the offer, and so many
 * of them with a complaint.
 * @param given.odds forms, as "offer variant", and how likely each was; otherwise as often as they were shown
 */
async function night(
  campaign: string,
  shown: Record<string, { mails: number; complaints: number }>,
  {
    kind = 'unsubscribe',
    offer = 'camera',
    odds = oddsOf(offer, shown) as Record<string, number> | null,
  } = {},
): Promise<void> {
  const at = now.toISOString();
  const choice = Object.entries(odds ?? {}).map(([form, probability]) => {
    const [offerId, variantId] = form.split(' ');
    return { offerId, variantId, productKey: 'laser', probability };
  });
  const composition = JSON.stringify(odds ? { choices: [{ position: 0, odds: choice }] } : {});
  await sql`
    insert into campaigns (id, name, kind, state, created_at) values (${campaign}, 'any', 'adhoc', 'finished', ${at})
    on conflict do nothing`.execute(db);
  for (const [variant, { mails, complaints }] of Object.entries(shown))
    await sql`
      with sent as (
        insert into sends (campaign_id, customer_id, chunk, state, due_at, composition)
        select ${campaign}, ${`${campaign} ${offer} ${variant} `} || n, 0, 'sent', ${at}, ${composition}::jsonb
        from generate_series(1, ${mails}::int) n returning id, customer_id),
      blocks as (
        insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
          probability, shown_at)
        select id, 0, customer_id, ${campaign}, 'experimental', ${offer}, ${variant}, 'laser', 1, ${at}
        from sent)
      insert into mail_events (send_id, campaign_id, kind, source, occurred_at)
      select id, ${campaign}, ${kind}, 'link', ${at} from sent order by id limit ${complaints}`.execute(db);
}

function oddsOf(offer: string, shown: Record<string, { mails: number }>): Record<string, number> {
  const all = Object.values(shown).reduce((sum, { mails }) => sum + mails, 0);
  return Object.fromEntries(
    Object.entries(shown).map(([variant, { mails }]) => [`${offer} ${variant}`, mails / all]),
  );
}

async function born(...variants: string[]): Promise<void> {
  await db
    .insertInto('variants')
    .values(
      variants.map((variantId) => ({
        offer_id: 'camera',
        variant_id: variantId,
        origin: 'founder' as const,
        born_at: now,
      })),
    )
    .execute();
}

const states = async () =>
  Object.fromEntries(
    (await db.selectFrom('variants').select(['variant_id', 'state']).orderBy('number').execute()).map(
      ({ variant_id: id, state }) => [id, state],
    ),
  );

beforeEach(async () => {
  await sql`truncate variants, proposals, mail_events, shown_blocks, sends, campaigns cascade`.execute(db);
});

describe('a form of an offer that does harm', () => {
  const harmful = { base: { mails: 200, complaints: 14 }, other: { mails: 1800, complaints: 6 } };

  it('is stopped at once, and a person told, once', async () => {
    await born('base', 'other');
    await night('may', harmful);
    const [stop, ...more] = await look();
    expect(more).toEqual([]);
    expect(stop).toMatchObject({
      offerId: 'camera',
      variantId: 'base',
      mine: { mails: 200, complaints: 14 },
      rest: { mails: 1800, complaints: 6 },
    });
    expect(stop?.words).toContain('14 of 200 mails with it, 6 of 1,800');
    expect(await states()).toEqual({ base: 'stopped', other: 'alive' });
    expect(await look()).toEqual([]);
    const proposals = await db.selectFrom('proposals').selectAll().execute();
    expect(proposals).toHaveLength(1);
    expect(proposals[0]).toMatchObject({
      kind: 'stopped',
      content_id: 'camera',
      variant_id: 'base',
      evidence: { number: 1, mine: { complaints: 14 } },
    });
  });

  it('is stopped also when its offer was never bred, and then nothing of it is shown', async () => {
    await night('may', { base: harmful.base }, { odds: { 'camera base': 0.1, 'app base': 0.9 } });
    expect(await look()).toHaveLength(1);
    const population = await loadPopulation(db);
    expect(population.get('camera')).toEqual([]);
    expect(population.get('app')).toEqual(['base']);
  });

  it('counts complaints like unsubscribes, and a mail once', async () => {
    await born('base', 'other');
    await night('may', harmful, { kind: 'complaint' });
    await sql`
      insert into mail_events (send_id, campaign_id, kind, source, occurred_at)
      select send_id, campaign_id, 'unsubscribe', 'link', ${now} from mail_events`.execute(db);
    expect((await look())[0]?.mine).toEqual({ mails: 200, complaints: 14 });
  });

  it('needs more evidence the more forms there have been', async () => {
    await born(...Array.from({ length: 300 }, (_, n) => `headline=no-${n}`), 'base', 'other');
    await night('may', { base: { mails: 200, complaints: 8 }, other: { mails: 1800, complaints: 8 } });
    expect(await look()).toEqual([]);
    await sql`delete from variants where variant_id like 'headline%'`.execute(db);
    expect(await look()).toHaveLength(1);
  });
});

describe('a form that is no worse than the rest', () => {
  it('is not stopped, however many complain of everything', async () => {
    await born('base', 'other');
    await night('may', { base: { mails: 200, complaints: 20 }, other: { mails: 1800, complaints: 180 } });
    expect(await look()).toEqual([]);
  });

  it('is not blamed for a campaign, or an hour, in which everybody complains', async () => {
    await born('base', 'other');
    await night('calm', { base: { mails: 20, complaints: 0 }, other: { mails: 1980, complaints: 4 } });
    await night('storm', { base: { mails: 180, complaints: 36 }, other: { mails: 20, complaints: 4 } });
    expect(await look()).toEqual([]);
  });

  it('is not blamed for its readers, when they complain more than those who may get other offers', async () => {
    await born('base', 'other');
    await night('may', { base: { mails: 200, complaints: 40 }, other: { mails: 200, complaints: 40 } });
    await night('may', { base: { mails: 1600, complaints: 16 } }, { offer: 'app' });
    expect(await look()).toEqual([]);
  });

  it('is not stopped for bounces, nor where nothing else could have been drawn, or nobody knows what', async () => {
    await born('base');
    await night('may', { base: { mails: 200, complaints: 20 } });
    await night('june', bounces, { kind: 'hard_bounce' });
    await night('july', { base: { mails: 200, complaints: 20 } }, { odds: null });
    expect(await look()).toEqual([]);
  });
  const bounces = { base: { mails: 200, complaints: 30 }, other: { mails: 1800, complaints: 0 } };
});

it('is judged place by place in a mail with two offers, over all products that it could be tied to', async () => {
  await born('base');
  await night('may', { base: { mails: 1, complaints: 1 } }, { offer: 'app' });
  const odds = (...probabilities: number[]) =>
    ['laser', 'printer', 'scale'].map((productKey, n) => ({
      offerId: n < 2 ? 'camera' : 'app',
      variantId: 'base',
      productKey,
      probability: probabilities[n],
    }));
  const choices = [
    { position: 0, odds: odds(0.25, 0.25, 0.5) },
    { position: 1, odds: odds(0.5, 0.25).slice(0, 2) },
  ];
  await sql`update sends set composition = ${JSON.stringify({ choices })}::jsonb`.execute(db);
  await sql`
    insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
      probability, shown_at)
    select send_id, 1, customer_id, campaign_id, kind, 'camera', 'base', 'laser', 1, shown_at from shown_blocks`.execute(
    db,
  );
  expect(await loadComplaints(db)).toEqual([
    {
      offerId: 'camera',
      variantId: 'base',
      number: 1,
      complaints: [
        { mine: false, share: 0.5 },
        { mine: true, share: 0.75 },
      ],
    },
  ]);
});

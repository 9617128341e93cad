import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlanContext, planCampaign } from '../../src/campaign/plan.ts';
import { nothingLearned } from '../../src/compose/learned.ts';
import { recordAnswer } from '../../src/feedback/answer.ts';
import { learn } from '../../src/learn/learn.ts';
import { newestModel, standing } from '../../src/learn/models.ts';
import { loadPairings, loadPopulation, loadStoppedOriginals } from '../../src/learn/population.ts';
import { makeLearned } from '../../src/learn/source.ts';
import { createCampaign, getCampaign } from '../../src/ledger/campaigns.ts';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import { seeded } from '../effect/company-chance.ts';
import { deliver } from '../effect/deliver.ts';
import { manualClock } from '../stands/clock.ts';
import { testDatabase } from '../stands/database.ts';
import { LIBRARY } from '../stands/delivery.ts';
import { syncDemo } from '../stands/demo.ts';

const DAY = 86_400_000;
/** What everybody would love, if they only saw it. */
const LOVED = 'inline-kamera-ic1';

const { db } = await testDatabase();
const clock = manualClock('2026-11-02T03:00:00Z');
const random = seeded(7);
const nights: string[] = [];
let context: PlanContext & Pick<Parameters<typeof learn>[0], 'library' | 'matchProduct'>;
let close: () => Promise<void>;

beforeAll(async () => {
  const { server } = await syncDemo(db, 800);
  close = () => server.close();
  const library = await requireLibrary(LIBRARY);
  const rules = {
    ...library.settings.rules,
    holdout: 0,
    defaultRatio: 0.5,
    minDaysBetween: 0,
    maxPerPeriod: 100,
  };
  const settings = { ...library.settings, rules };
  const content = { library: { ...library, settings }, matchProduct: createProductMatcher(library) };
  context = {
    db,
    content,
    ...content,
    randomKey: 'a round',
    now: clock.now,
    learned: async () =>
      makeLearned({
        model: await newestModel(db),
        population: await loadPopulation(db),
        stopped: await loadStoppedOriginals(db),
        pairings: await loadPairings(db),
        learning: settings.learning,
        randomKey: 'a round',
      }),
  };
  for (let night = 0; night < 3; night += 1) {
    expect(await learn(context, { night: true })).not.toBeNull();
    await send(`night-${night}`);
    await answer(`night-${night}`);
    clock.advance(20 * DAY);
  }
  await learn(context, { night: true });
  await send('last');
}, 120_000);
afterAll(() => close());

async function send(id: string): Promise<void> {
  nights.push(id);
  await createCampaign(db, { id, name: id, kind: 'nightly', inDoubtPolicy: 'hold', now: clock.now() });
  await planCampaign(context, await getCampaign(db, id));
  await deliver(context, id);
}

/** A day later: one in three who saw what they love says yes, one in thirty to the rest. */
async function answer(id: string): Promise<void> {
  clock.advance(DAY);
  const shown = await db
    .selectFrom('shown_blocks')
    .select(['send_id', 'position', 'content_id'])
    .where('campaign_id', '=', id)
    .orderBy('send_id')
    .orderBy('position')
    .execute();
  for (const { send_id: sendId, position, content_id: contentId } of shown)
    if (random() < (contentId === LOVED ? 1 / 3 : 1 / 30))
      await recordAnswer(db, { sendId, position, answer: 'yes', now: clock.now() });
}

interface Drawn {
  campaign: string;
  contentId: string;
  variantId: string;
  probability: number;
  modelId: number;
  draw: number;
  odds: { offerId: string; productKey: string; variantId: string; probability: number }[];
}

async function drawn(): Promise<Drawn[]> {
  const { rows } = await sql<Drawn>`
    select b.campaign_id as campaign, b.content_id as "contentId", b.variant_id as "variantId", b.probability,
      b.model_id as "modelId", s.draw, c -> 'odds' as odds
    from shown_blocks b join sends s on s.id = b.send_id, jsonb_array_elements(s.composition -> 'choices') c
    where b.kind = 'experimental' and (c ->> 'position')::int = b.position`.execute(db);
  return rows;
}

describe('a round of learning, campaign after campaign', () => {
  it('stores with each offer the odds it was drawn from, its model, and where it drew', async () => {
    const all = await drawn();
    expect(all.length).toBeGreaterThan(300);
    const models = new Set(all.map(({ campaign, modelId }) => `${campaign} ${modelId}`));
    expect(models.size).toBe(nights.length);
    for (const { odds, contentId, variantId, probability, draw } of all) {
      expect(odds.reduce((sum, each) => sum + each.probability, 0)).toBeCloseTo(1, 9);
      expect(
        odds.some(
          (each) =>
            each.offerId === contentId && each.variantId === variantId && each.probability === probability,
        ),
      ).toBe(true);
      expect(draw).toBeGreaterThanOrEqual(0);
      expect(draw).toBeLessThan(1);
    }
  });

  it('shows more of what is answered', async () => {
    const all = await drawn();
    /** How often it was drawn by those who could have drawn something else as well. */
    const share = (campaign: string) => {
      const could = all.filter(
        (each) =>
          each.campaign === campaign &&
          new Set(each.odds.map(({ offerId }) => offerId)).size > 1 &&
          each.odds.some(({ offerId }) => offerId === LOVED),
      );
      return could.filter(({ contentId }) => contentId === LOVED).length / could.length;
    };
    expect(share('night-0')).toBeLessThan(0.4);
    expect(share('last')).toBeGreaterThan(0.6);
  });

  it('breeds forms that people have written, and shows them', async () => {
    const born = await db.selectFrom('variants').select(['offer_id', 'variant_id']).execute();
    expect(new Set(born.map(({ offer_id }) => offer_id)).size).toBeGreaterThan(3);
    const shown = new Set((await drawn()).map(({ contentId, variantId }) => `${contentId} ${variantId}`));
    expect([...shown].filter((form) => !form.endsWith(' base')).length).toBeGreaterThan(5);
  });

  it('knows when there is more to learn from', async () => {
    expect(await standing(db)).toMatchObject({ more: false });
    await answer('last');
    expect(await standing(db)).toMatchObject({ more: true });
    await learn(context, { night: false });
    expect(await standing(db)).toMatchObject({ more: false });
  });

  it('stops at once what people object to, and the very next decision knows', async () => {
    // the form of it that is shown most, of those that are still tried
    const { rows } = await sql<{ variant: string; mails: number[] }>`
      select b.variant_id as variant, array_agg(b.send_id::int) as mails
      from shown_blocks b join variants v on v.offer_id = b.content_id and v.variant_id = b.variant_id
      where b.content_id = ${LOVED} and v.state = 'alive'
      group by b.variant_id order by count(*) desc, b.variant_id limit 1`.execute(db);
    const { variant, mails } = rows[0] as (typeof rows)[number];
    await db
      .insertInto('mail_events')
      .values(
        mails.map((sendId) => ({
          send_id: sendId,
          kind: 'complaint' as const,
          source: 'test',
          occurred_at: clock.now(),
          recorded_at: clock.now(),
        })),
      )
      .execute();
    const result = await learn(context, { night: false });
    expect(result?.stopped.map(({ offerId, variantId }) => `${offerId} ${variantId}`)).toContain(
      `${LOVED} ${variant}`,
    );
    const offer = context.library.offers.get(LOVED);
    if (!offer) throw new Error('The example library has lost its camera.');
    const { variantsOf } = (await context.learned?.()) ?? nothingLearned;
    expect(variantsOf(offer, 'de')).not.toContain(variant);
    expect((await learn(context, { night: true }))?.stopped).toEqual([]);
    expect(((await context.learned?.()) ?? nothingLearned).variantsOf(offer, 'de')).not.toContain(variant);
  });
});

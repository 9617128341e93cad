import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { planCampaign } from '../../src/campaign/plan.ts';
import { createCampaign, getCampaign } from '../../src/ledger/campaigns.ts';
import { resolveInDoubt } from '../../src/ledger/in-doubt.ts';
import { followMerges } from '../../src/sync/follow.ts';
import { deliveryScene } from '../stands/scene.ts';

const scene = deliveryScene(40);

const merge = (id: string, into: string) =>
  scene.database.db.transaction().execute((trx) => followMerges(trx, [{ id, into }], scene.clock.now()));
/** Customers who have a mail planned in this test's campaign, in the order of their ids. */
const planned = async () =>
  (
    await scene.database.db
      .selectFrom('sends')
      .select(['id', 'customer_id'])
      .where('campaign_id', '=', scene.id())
      .where('state', 'in', ['planned', 'queued'])
      .orderBy(sql`customer_id`)
      .execute()
  ).map(({ customer_id }) => customer_id);
const stateOf = async (customerId: string, campaign = scene.id()) =>
  (
    await scene.database.db
      .selectFrom('sends')
      .select(['state', 'reason'])
      .where('campaign_id', '=', campaign)
      .where('customer_id', '=', customerId)
      .orderBy('id')
      .execute()
  ).map(({ state, reason }) => (reason === null ? state : `${state} ${reason}`));

test('the frequency caps count the mails of both records', async () => {
  await scene.stand.plan(scene.id());
  const [first = '', second = ''] = await planned();
  await sql`update sends set state = 'skipped' where campaign_id = ${scene.id()} and customer_id = ${second}`.execute(
    scene.database.db,
  );
  await scene.stand.deliver(scene.id());
  await merge(first, second);
  const next = `${scene.id()}-next`;
  await scene.stand.plan(next);
  expect(await stateOf(second, next)).toEqual([]);
  expect((await getCampaign(scene.database.db, next)).excluded.capped_recently).toBeGreaterThan(0);
});

test('a mail planned for a merged record goes to the record that lives on', async () => {
  await scene.stand.plan(scene.id());
  const [first = '', second = ''] = await planned();
  await sql`delete from sends where campaign_id = ${scene.id()} and customer_id = ${second}`.execute(
    scene.database.db,
  );
  await merge(first, second);
  await scene.stand.deliver(scene.id());
  expect(await stateOf(second)).toEqual(['sent']);
  const { rows } = await sql<{ same: boolean }>`
    select s.email_key = c.email_key as same from sends s join customers c on c.id = s.customer_id
    where s.campaign_id = ${scene.id()} and c.id = ${second}`.execute(scene.database.db);
  expect(rows).toEqual([{ same: true }]);
});

test.each([
  ['planned', ['sent', 'skipped merged']],
  ['sent', ['skipped merged', 'sent']],
])('a doubt about a merged record’s mail is one mail at the most, beside one %s', async (own, after) => {
  const { db } = scene.database;
  await scene.stand.plan(scene.id());
  const [first = '', second = ''] = await planned();
  await sql`update sends set state = 'in_doubt', held_at = now() where campaign_id = ${scene.id()} and customer_id = ${first}`.execute(
    db,
  );
  await sql`update sends set state = ${own} where campaign_id = ${scene.id()} and customer_id = ${second}`.execute(
    db,
  );
  await merge(first, second);
  await resolveInDoubt(db, { campaignId: scene.id(), as: 'resend', now: scene.clock.now() });
  await scene.stand.deliver(scene.id());
  expect(await stateOf(second)).toEqual(after);
});

test('planning that meets somebody whose other record was planned already adds up', async () => {
  const { db } = scene.database;
  await scene.stand.plan(scene.id());
  const [first = '', ...others] = await planned();
  const last = others.at(-1) ?? '';
  const { campaign } = await createCampaign(db, {
    id: `${scene.id()}-again`,
    name: 'again',
    kind: 'adhoc',
    now: scene.clock.now(),
  });
  // as if planning had died behind the first one, and the merge came before it went on
  await sql`insert into sends (campaign_id, customer_id, chunk) values (${campaign.id}, ${first}, 0)`.execute(
    db,
  );
  await sql`update campaigns set candidates = 1, planned = 1, planned_up_to = ${first} where id = ${campaign.id}`.execute(
    db,
  );
  await merge(first, last);
  const counts = await planCampaign(scene.stand.context, campaign);
  expect(counts?.excluded.merged).toBe(1);
  expect(await stateOf(last, campaign.id)).toEqual(['planned']);
});

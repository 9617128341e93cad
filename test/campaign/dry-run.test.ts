import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { distinctMails } from '../../src/campaign/dry-run/distinct.ts';
import { performDryRun } from '../../src/campaign/dry-run/run.ts';
import {
  beginDryRun,
  type DryRunDecision,
  type DryRunList,
  dryRunLives,
  dryRunRows,
  endDryRun,
  finishedDryRun,
  latestDryRun,
  noteDecisions,
  noteDryRun,
} from '../../src/campaign/dry-run/store.ts';
import { emptySummary } from '../../src/campaign/dry-run/summary.ts';
import { planCampaign } from '../../src/campaign/plan.ts';
import type { Composition } from '../../src/domain/composition.ts';
import { erasePerson } from '../../src/erasure/erase.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { createLinks } from '../../src/links/links.ts';
import { contentSource } from '../../src/render/content.ts';
import { seedCustomers, seedPurchase } from '../stands/company.ts';
import { testDatabase } from '../stands/database.ts';
import { deliveryStand, LIBRARY, PUBLIC_URL, SECRET, TEMPLATES } from '../stands/delivery.ts';
import { smtpStand } from '../stands/smtp.ts';
import { browserAt } from '../web/people/stand.ts';
import { smallLibrary } from '../web/small-library.ts';
import { webStand } from '../web/stand.ts';

const { db } = await testDatabase();
const now = () => new Date('2026-11-23T08:00:00Z');
const links = createLinks({ secret: SECRET, publicUrl: PUBLIC_URL, now });
const CUSTOMERS = 40;

const contextOf = async (libraryDir = LIBRARY, templatesDir = TEMPLATES) => ({
  db,
  content: await contentSource({ db, libraryDir, templatesDir, publicUrl: PUBLIC_URL }).current(),
  randomKey: 'k',
  now,
  links,
  publicUrl: PUBLIC_URL,
});
let context: Awaited<ReturnType<typeof contextOf>>;

beforeAll(async () => {
  await seedCustomers(db, CUSTOMERS);
  context = await contextOf();
});

const create = async (id: string, audience = {}) =>
  (await createCampaign(db, { id, name: id, kind: 'adhoc', audience, now: now() })).campaign;

/** One dry run, to its end. */
async function dryRun(id: string, given: { context?: typeof context; signal?: AbortSignal } = {}) {
  const campaign = await db
    .selectFrom('campaigns')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const run = await beginDryRun(db, { campaignId: id, madeBy: 'Anna', version: 'v', now: now() });
  const { signal } = given;
  await performDryRun({ ...(given.context ?? context), ...(signal ? { signal } : {}) }, campaign, run.id);
  const done = await latestDryRun(db, id);
  if (!done) throw new Error('it left nothing');
  return done;
}

const listed = async (
  run: number,
  list: DryRunList,
  more: { search?: string; previous?: number; after?: string } = {},
) =>
  (await dryRunRows(db, run, { list, search: '', after: '', limit: 100, previous: null, ...more })).map(
    ({ customerId }) => customerId,
  );

/** How much each table holds, but for those that a dry run writes. */
async function everything(): Promise<Record<string, string>> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'dry_run%'`.execute(db);
  const found: Record<string, string> = {};
  for (const { name } of rows) {
    const { rows: sums } = await sql<{ sum: string }>`
      select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from ${sql.table(name)} t`.execute(
      db,
    );
    found[name] = sums[0]?.sum ?? '';
  }
  return found;
}

describe('a dry run', () => {
  test('decides for everybody as sending would, and changes nothing else', async () => {
    await create('alle');
    const before = await everything();
    const { summary, error, finishedAt } = await dryRun('alle');
    expect(await everything()).toEqual(before);
    expect({ error, over: finishedAt !== null }).toEqual({ error: null, over: true });
    const left = Object.values(summary.excluded ?? {}).reduce((sum, n) => sum + n, 0);
    expect(summary.candidates).toBe(CUSTOMERS);
    expect((summary.planned ?? 0) + left).toBe(CUSTOMERS);
    expect(summary.planned).toBeGreaterThan(CUSTOMERS / 2);
    expect(summary.content?.reduce((sum, { count }) => sum + count, 0)).toBe(summary.blocks);
    expect(summary.checked).toBeGreaterThan(0);
    expect(summary.checked).toBe(summary.different);
  });

  test('says what differs from the one before: who is new, who is gone, who gets something else', async () => {
    await create('verglichen');
    const first = await dryRun('verglichen');
    expect(first.summary.sincePrevious).toBeNull();
    // the last ones: after whoever joins or leaves a choice, the others of it draw elsewhere
    const [gone = '', changed = ''] = (await listed(first.id, 'mails')).reverse();
    await db.updateTable('customers').set({ opted_out: true }).where('id', '=', gone).execute();
    await seedPurchase(db, changed, 'p2');
    await sql`insert into customers (id, source, email, first_name, last_name, salutation, consent, language)
      select 'neu', source, 'neu@customers.test', 'Neu', 'Neumann', salutation, consent, language
      from customers where id = ${changed}`.execute(db);
    await seedPurchase(db, 'neu', 'p1');
    const second = await dryRun('verglichen');
    expect(second.summary.sincePrevious).toMatchObject({
      added: 1,
      gone: 1,
      changed: 1,
      at: first.madeAt.toISOString(),
    });
    expect(await listed(second.id, 'gone', { previous: first.id })).toEqual([gone]);
    expect(await listed(second.id, 'added', { previous: first.id })).toEqual(['neu']);
    expect(second.summary.excluded).toMatchObject({ opted_out: 1 });
    // found by name, page by page, in one order
    expect(await listed(second.id, 'mails', { search: 'neumann' })).toEqual(['neu']);
    const all = await listed(second.id, 'mails');
    expect(await listed(second.id, 'mails', { after: all[4] ?? '' })).toEqual(all.slice(5));
    // of the runs before, the last is kept to compare with
    await dryRun('verglichen');
    const kept = await db
      .selectFrom('dry_runs')
      .select('id')
      .where('campaign_id', '=', 'verglichen')
      .execute();
    expect(kept.map(({ id }) => id)).not.toContain(first.id);
    expect(kept).toHaveLength(2);
  });

  test('lists among who is gone those whom the CRM does not have any more', async () => {
    await create('archiviert');
    const first = await dryRun('archiviert');
    const [archived = '', out = ''] = (await listed(first.id, 'mails')).reverse();
    await db.updateTable('customers').set({ archived_at: now() }).where('id', '=', archived).execute();
    await db.updateTable('customers').set({ opted_out: true }).where('id', '=', out).execute();
    const second = await dryRun('archiviert');
    const given = { search: '', after: '', limit: 100, previous: first.id };
    const gone = await dryRunRows(db, second.id, { ...given, list: 'gone' });
    expect(gone).toHaveLength(second.summary.sincePrevious?.gone ?? 0);
    expect(gone.map(({ customerId, reason, blocks }) => ({ customerId, reason, blocks }))).toEqual([
      { customerId: out, reason: 'opted_out', blocks: null },
      { customerId: archived, reason: 'archived', blocks: null },
    ]);
    expect(await listed(second.id, 'gone', { previous: first.id, after: out })).toEqual([archived]);
    await db
      .updateTable('customers')
      .set({ archived_at: null, opted_out: false })
      .where('id', 'in', [archived, out])
      .execute();
  });

  test('compares with the last night, too', async () => {
    await create('nacht');
    await createCampaign(db, { id: 'nightly-1', name: 'Nacht', kind: 'nightly', now: now() });
    await db
      .updateTable('campaigns')
      .set({ planned: 1, candidates: 1 })
      .where('id', '=', 'nightly-1')
      .execute();
    const run = await dryRun('nacht');
    const [one = ''] = await listed(run.id, 'mails');
    await db
      .insertInto('sends')
      .values({ campaign_id: 'nightly-1', customer_id: one, chunk: 0, state: 'planned' })
      .execute();
    const { summary } = await dryRun('nacht');
    expect(summary.sinceNight).toMatchObject({ changed: null, added: (summary.planned ?? 0) - 1, gone: 0 });
    await db.deleteFrom('sends').where('campaign_id', '=', 'nightly-1').execute();
    await db.deleteFrom('campaigns').where('id', '=', 'nightly-1').execute();
  });

  test('checks every block in every form: a fault that one mail has is found', async () => {
    const { libraryDir, templatesDir } = await smallLibrary();
    const file = join(libraryDir, 'developments', 'schulung.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('Come and see.', 'Lorem ipsum dolor.'));
    const products = join(libraryDir, 'products', 'laser.yaml');
    await writeFile(products, (await readFile(products, 'utf8')).replace('[LASER]', '[LASER, ORV-LX300]'));
    const [, , , english = ''] = await listed((await finishedDryRun(db, 'alle'))?.id ?? 0, 'mails');
    await db.updateTable('customers').set({ language: 'en' }).where('id', '=', english).execute();
    await create('geprueft');
    const { summary } = await dryRun('geprueft', { context: await contextOf(libraryDir, templatesDir) });
    expect(summary.different).toBeLessThan(10);
    expect(summary.findings?.find(({ code }) => code === 'unfilled')).toMatchObject({
      severity: 'error',
      mails: 1,
      customerId: english,
    });
  });

  test('stops with its process, and says so', async () => {
    await create('beendet');
    const { error, finishedAt } = await dryRun('beendet', { signal: AbortSignal.abort() });
    expect({ error, over: finishedAt !== null }).toEqual({ error: 'stopped', over: true });
    expect(await finishedDryRun(db, 'beendet')).toBeNull();
  });

  test('is one at a time; one whose process died gives way, and writes nothing any more', async () => {
    const campaign = await create('gestorben');
    const given = { campaignId: 'gestorben', madeBy: 'Anna', version: 'v', now: now() };
    const begun = await Promise.all([1, 2, 3].map(() => beginDryRun(db, given)));
    expect(begun.filter(({ begun: own }) => own)).toHaveLength(1);
    const [{ id: dead } = { id: 0 }] = begun;
    expect(new Set(begun.map(({ id }) => id))).toEqual(new Set([dead]));
    await sql`update dry_runs set updated_at = now() - interval '2 minutes' where id = ${dead}`.execute(db);
    const next = await beginDryRun(db, given);
    expect(next.begun).toBe(true);
    // it was only slow: it notices that it was given up, and makes no more mails
    let made = 0;
    const { renderer, ...content } = context.content;
    const render: typeof renderer.render = (...given) => {
      made += 1;
      return renderer.render(...given);
    };
    await performDryRun(
      { ...context, content: { ...content, renderer: { ...renderer, render } } },
      campaign,
      dead,
    );
    expect(made).toBe(0);
    expect(await db.selectFrom('dry_runs').select('error').where('id', '=', dead).executeTakeFirst()).toEqual(
      {
        error: 'stopped',
      },
    );
    expect((await latestDryRun(db, 'gestorben'))?.finishedAt).toBeNull();
  });

  test('is under way on its page only while it lives', async () => {
    const { app } = await webStand(db);
    const browser = browserAt(app);
    const step = '/campaigns/verstummt/setup/dry-run';
    const page = async () => (await browser.get(step)).body;
    await create('verstummt');
    const { id } = await beginDryRun(db, {
      campaignId: 'verstummt',
      madeBy: 'Anna',
      version: 'v',
      now: now(),
    });
    expect(await page()).toContain('data-stream');
    expect(await page()).not.toContain('Probelauf starten');
    await sql`update dry_runs set updated_at = now() - interval '61 seconds' where id = ${id}`.execute(db);
    expect(await page()).not.toContain('data-stream');
    expect(await page()).toContain('Probelauf starten');
    expect(await page()).toContain('nicht zu Ende gekommen');
    expect((await browser.get(`${step}/events`)).body).toContain('event: done');
    expect(await latestDryRun(db, 'verstummt')).toMatchObject({ underWay: false, error: 'stopped' });
    // a sign of life, as it gives between its mails
    expect(await dryRunLives(db, id)).toBe(true);
    expect(await latestDryRun(db, 'verstummt')).toMatchObject({ underWay: true, error: null });
    await endDryRun(db, id, { error: 'stopped', now: now() });
    expect(await dryRunLives(db, id)).toBe(false);
  });

  test('forgets who is erased', async () => {
    await create('vergessen');
    const { id } = await dryRun('vergessen');
    const [erased = '', example = ''] = await listed(id, 'mails');
    await erasePerson(db, erased, now());
    expect(await listed(id, 'mails')).not.toContain(erased);
    await sql`update dry_runs set summary = summary || ${JSON.stringify({
      findings: [{ code: 'unfilled', severity: 'error', mails: 1, customerId: example, values: {} }],
    })}::jsonb where id = ${id}`.execute(db);
    await erasePerson(db, example, now());
    expect(await latestDryRun(db, 'vergessen')).toBeNull();
  });
});

test('a dry run foretells what is sent, offers and all', async () => {
  const own = await testDatabase();
  const smtp = await smtpStand();
  const stand = await deliveryStand({ db: own.db, databaseUrl: own.url, smtpUrl: smtp.url, now });
  try {
    await seedCustomers(own.db, CUSTOMERS);
    Object.assign(stand.context.content.library.settings.rules, { defaultRatio: 0.6, holdout: 0.1 });
    const given = { id: 'genau', name: 'Genau', kind: 'adhoc' as const, audience: {}, now: now() };
    const { campaign } = await createCampaign(own.db, given);
    const { id } = await beginDryRun(own.db, {
      campaignId: 'genau',
      madeBy: 'Anna',
      version: 'v',
      now: now(),
    });
    const { content } = context;
    const same = { ...stand.context, content: { ...content, ...stand.context.content } };
    await performDryRun({ ...same, links, publicUrl: PUBLIC_URL }, campaign, id);
    await planCampaign(stand.context, campaign);
    await stand.deliver('genau');
    const sent = await own.db
      .selectFrom('sends')
      .select(['customer_id', 'composition'])
      .where('state', '=', 'sent')
      .execute();
    const foretold = await dryRunRows(own.db, id, {
      ...{ list: 'mails', search: '', after: '', limit: 100, previous: null },
    });
    const shown = (blocks: Composition['blocks'] | DryRunDecision['blocks'] | undefined) =>
      blocks?.map(({ contentId, variantId, productKey }) => `${contentId} ${variantId} ${productKey}`);
    expect(new Map(foretold.map(({ customerId, blocks }) => [customerId, shown(blocks)]))).toEqual(
      new Map(sent.map(({ customer_id, composition }) => [customer_id, shown(composition?.blocks)])),
    );
    expect(
      foretold.filter(({ blocks }) => blocks?.some((b) => b.kind === 'experimental')).length,
    ).toBeGreaterThan(10);
  } finally {
    await stand.close();
    await smtp.stop();
  }
});

test('a dry run under way ends when somebody is erased, and brings them back no more', async () => {
  const findings = (customerId: string) => ({
    ...emptySummary(),
    findings: [
      { code: 'unfilled', severity: 'error' as const, mails: 1, customerId, values: { what: 'Kim' } },
    ],
  });
  const begin = async (campaignId: string) => {
    await create(campaignId);
    return (await beginDryRun(db, { campaignId, madeBy: 'Anna', version: 'v', now: now() })).id;
  };
  const [early, late] = [await begin('geloescht-vorher'), await begin('geloescht-nachher')];
  const [erased, other] = ['c000020', 'c000021'];
  expect(await noteDryRun(db, early, findings(erased))).toBe(true);
  await erasePerson(db, erased, now());
  expect(await latestDryRun(db, 'geloescht-vorher')).toBeNull();
  expect(await latestDryRun(db, 'geloescht-nachher')).toMatchObject({ error: 'stopped', finishedAt: now() });
  // what it has in its memory goes nowhere
  for (const run of [early, late]) {
    await noteDecisions(db, run, [{ customer_id: other, reason: 'opted_out', blocks: null }]);
    expect(await noteDryRun(db, run, findings(erased))).toBe(false);
    expect(await endDryRun(db, run, { summary: findings(erased), now: now() })).toBe(false);
    expect(await listed(run, 'left')).toEqual([]);
  }
  expect(await latestDryRun(db, 'geloescht-nachher')).toMatchObject({ error: 'stopped', summary: {} });
  // it stops, without a word of failure
  for (const run of [early, late])
    await performDryRun(context, { id: 'geloescht-nachher', audience: {} }, run);
  expect(
    (await beginDryRun(db, { campaignId: 'geloescht-nachher', madeBy: 'Anna', version: 'v', now: now() }))
      .begun,
  ).toBe(true);
});

describe('which mails are worth a look', () => {
  const mail = (...ids: string[]) => ({
    language: 'de' as const,
    blocks: ids.map((contentId) => ({
      kind: 'proven' as const,
      ...{ contentId, variantId: 'base', productKey: 'laser', probability: 1 },
      reason: 'unseen_development' as const,
    })),
  });

  test('different ones, and beyond the most only those that show something new', () => {
    const distinct = distinctMails(2);
    const looked = [mail('a'), mail('a'), mail('a', 'b'), mail('b', 'a'), mail('c'), mail('c', 'a')].map(
      (each) => distinct.isWorthALook(each),
    );
    expect(looked).toEqual([true, false, true, false, true, false]);
    expect(distinct.different).toBe(5);
  });
});

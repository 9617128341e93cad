import { afterEach, describe, expect, test } from 'vitest';
import type { Person } from '../../src/domain/person.ts';
import { ideasOf } from '../../src/web/console/home/ideas.ts';
import { countNumbers, type Numbers } from '../../src/web/console/home/numbers.ts';
import { loadWaiting } from '../../src/web/console/home/waiting.ts';
import { patiently } from '../../src/web/console/patiently.ts';
import { testDatabase } from '../stands/database.ts';
import { seedSend, webStand } from './stand.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-10-12T09:00:00Z');
const DAY = 86_400_000;
const ago = (days: number) => new Date(NOW.getTime() - days * DAY);

const NOTHING: Numbers = {
  at: NOW,
  customers: 0,
  answers: { now: { mails: 0, answered: 0 }, before: { mails: 0, answered: 0 }, weeks: [] },
  agility: { crm: null, learned: null },
  evolution: { alive: 0, born: 0, over: 0, promoted: 0, weeks: [] },
  ratio: { wanted: 0, given: 0, off: 0, accounts: 0, beyond: 0 },
};
const ideas = (numbers: Partial<Numbers>, exploring = null) =>
  ideasOf({ ...NOTHING, ...numbers }, { exploring, bought: null, language: 'de' });

describe('the four ideas', () => {
  test('say that nothing was measured rather than zero', () => {
    for (const { figure, spark, sentences } of ideas({})) {
      expect(figure).toBeNull();
      expect(spark).toBeNull();
      expect(sentences.length).toBeGreaterThan(0);
    }
  });

  test('call a change chance until the ranges part', () => {
    const said = (answered: number) =>
      ideas({
        answers: { now: { mails: 1000, answered }, before: { mails: 1000, answered: 50 }, weeks: [] },
      })[0]?.sentences.join(' ');
    expect(said(55)).toContain('kann Zufall sein');
    expect(said(90)).toContain('mehr als in den 30 Tagen davor (5,0)');
    expect(said(20)).toContain('weniger als');
  });

  test('give times in the unit that people would use', () => {
    const figure = (median: number) => {
      const [, agility] = ideas({ agility: { crm: { count: 9, median, late: 2 * median }, learned: null } });
      return `${agility?.figure} ${agility?.unit}`;
    };
    expect([0.42, 75, 600, 7200].map(figure)).toEqual(['0,4 s', '75 s', '10 min', '2,0 h']);
  });

  test('admit when somebody is off by a block', () => {
    const last = (beyond: number) =>
      ideas({ ratio: { wanted: 10.4, given: 10, off: 1.2, accounts: 8, beyond } })[3]?.sentences[0];
    expect(last(0)).toContain('am weitesten um 1,2');
    expect(last(1)).toContain('Bei einem Kunden');
  });
});

describe('what is counted for them', () => {
  test('is what a person would count by hand', async () => {
    await seedSend(db, { id: 'k1' });
    const { id: old } = await db
      .insertInto('sends')
      .values({ campaign_id: 'herbst', customer_id: 'k2', chunk: 0, state: 'sent', settled_at: ago(40) })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db
      .insertInto('answers')
      .values([
        {
          send_id: old,
          position: 0,
          customer_id: 'k2',
          content_id: 'x',
          answer: 'yes',
          answered_at: ago(39),
        },
        {
          send_id: old,
          position: 1,
          customer_id: 'k2',
          content_id: 'y',
          answer: 'later',
          answered_at: ago(39),
        },
      ])
      .execute();
    const event = (dedupe: string, seconds: number) => ({
      kind: 'change',
      records: '[]',
      dedupe_key: dedupe,
      received_at: ago(1),
      due_at: ago(1),
      handled_at: new Date(ago(1).getTime() + 1000 * seconds),
    });
    await db
      .insertInto('crm_events')
      .values([event('a', 1), event('b', 2), event('c', 30)])
      .execute();
    const variant = (id: string, origin: 'founder' | 'mutation', born: number, ended: number | null) => ({
      offer_id: 'kamera',
      variant_id: id,
      origin,
      born_at: ago(born),
      ...(ended === null ? {} : { state: 'retired' as const, ended_at: ago(ended), end_reason: 'outdone' }),
    });
    await db
      .insertInto('variants')
      .values([
        variant('base', 'founder', 5, null),
        variant('a', 'mutation', 60, 6),
        variant('b', 'mutation', 3, null),
      ])
      .execute();
    await db
      .insertInto('ratio_accounts')
      .values([
        { customer_id: 'k1', wanted: 7500, given: 1, forgiven: 0 },
        { customer_id: 'k2', wanted: 32_500, given: 1, forgiven: 10_000 },
      ])
      .execute();
    const found = await countNumbers(db, NOW);
    expect(found.customers).toBe(1);
    expect(found.answers.now).toEqual({ mails: 1, answered: 0 });
    // two answers to one mail are one answered mail
    expect(found.answers.before).toEqual({ mails: 1, answered: 1 });
    expect(found.answers.weeks.reduce((sum, { mails }) => sum + mails, 0)).toBe(2);
    expect(found.agility.crm).toMatchObject({ count: 3, median: 2 });
    expect(found.agility.learned).toBeNull();
    expect(found.evolution).toMatchObject({ alive: 2, born: 1, over: 1, promoted: 0 });
    expect(found.ratio).toEqual({ wanted: 3, given: 2, off: 1.25, accounts: 2, beyond: 1 });
  });
});

describe('the page', () => {
  afterEach(async () => {
    for (const table of ['proposals', 'unread_reports', 'sync_runs', 'crm_entries'] as const)
      await db.deleteFrom(table).execute();
  });
  const page = async () => {
    const { app } = await webStand(db);
    for (;;) {
      const headers = { host: 'localhost:3000', 'accept-language': 'de' };
      const { body } = await app.inject({ url: '/', headers });
      if (!body.includes('Die Zahlen werden gerade gezählt.')) return body;
    }
  };

  test('lists what waits for a person, each with the way there', async () => {
    expect(await page()).toContain('Nichts. Alles läuft.');
    await db
      .insertInto('proposals')
      .values({ kind: 'rewrite', content_id: 'x', evidence: '{}', made_at: NOW })
      .execute();
    await db
      .insertInto('unread_reports')
      .values({ source: 'test', problem: 'p', raw: Buffer.from('x'), received_at: NOW })
      .execute();
    await db
      .insertInto('sync_runs')
      .values({
        source: 'test',
        mode: 'full',
        progress: '{}',
        counts: '{}',
        error: '<b>401</b>',
        started_at: NOW,
      })
      .execute();
    await db
      .updateTable('campaigns')
      .set({ approval_asked_at: NOW, approval_asked_by: 'Ada', approval_asked_key: 'account:1' })
      .execute();
    const body = await page();
    expect(body).toContain('<a href="experiments#decide">Eine Entscheidung über einen Versuch steht an.</a>');
    expect(body).toContain('spielbein bounce list');
    expect(body).toContain('<q lang="en">&lt;b&gt;401&lt;/b&gt;</q>');
    expect(body).toContain('<a href="campaigns/herbst/setup/approval">Herbst</a> wartet auf Ihre Freigabe.');
  });

  test('asks nobody for an approval who may not give it', async () => {
    const asker = { accountId: 7, name: 'Ada', role: 'marketer' as const };
    await db
      .updateTable('campaigns')
      .set({ approval_asked_at: NOW, approval_asked_by: 'Ada', approval_asked_key: 'account:7' })
      .execute();
    const seenBy = async (person: Person) => (await loadWaiting(db, NOW, person)).approvals;
    expect(await seenBy(asker)).toEqual([{ id: 'herbst', name: 'Herbst', own: true }]);
    expect(await seenBy({ ...asker, accountId: 8 })).toMatchObject([{ own: false }]);
    expect(await seenBy({ ...asker, accountId: 9, role: 'viewer' })).toEqual([]);
    // to the asker the page says for whom it waits
    await db.updateTable('campaigns').set({ approval_asked_key: 'local' }).execute();
    expect(await page()).toContain('Herbst</a> wartet auf die Freigabe einer zweiten Person.');
  });

  test('shows an empty installation what to do first', async () => {
    await db.updateTable('customers').set({ archived_at: NOW }).execute();
    const body = await page();
    expect(body).toContain('Erste Schritte');
    expect(body).toContain('npx spielbein sync --full');
    expect(body).toContain('noch nichts gemessen');
  });
});

test('a page that is patient shows what was known, asks once at a time, and rests after a failure', async () => {
  let now = NOW;
  const failed: unknown[] = [];
  const waiting: { done: (value: number) => void; fail: (error: Error) => void }[] = [];
  let calls = 0;
  const ask = patiently<null, number>(
    () => {
      calls += 1;
      return calls === 1
        ? Promise.resolve(1)
        : new Promise((done, fail) => {
            waiting.push({ done, fail });
          });
    },
    { keepMs: 1000, now: () => now, failed: (error) => failed.push(error) },
  );
  expect([await ask(null), await ask(null), calls]).toEqual([1, 1, 1]);
  now = new Date(NOW.getTime() + 2000);
  expect(await Promise.all([ask(null), ask(null)])).toEqual([1, 1]);
  expect(calls).toBe(2);
  waiting[0]?.done(2);
  expect(await ask(null)).toBe(2);
  now = new Date(NOW.getTime() + 9000);
  const third = ask(null);
  waiting[1]?.fail(new Error('too busy'));
  expect(await third).toBe(2);
  expect(await ask(null)).toBe(2);
  expect([calls, failed.length]).toEqual([3, 1]);
});

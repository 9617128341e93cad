import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestAffinities } from '../../src/brief/affinity.ts';
import { type BriefStatement, makeBrief } from '../../src/brief/brief.ts';
import type { BriefFacts } from '../../src/brief/facts.ts';
import { keepNotes } from '../../src/brief/note.ts';
import { worthReading } from '../../src/brief/shorten.ts';
import { briefText } from '../../src/cli/brief-text.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { syncDemo } from '../stands/demo.ts';
import { bigOwners, factsOf, library, longTalk, matchProduct, NOW, stranger, tell } from './stand.ts';

let database: TestDatabase;
let close: () => Promise<void>;
let rich: string;

beforeAll(async () => {
  database = await testDatabase();
  const { server } = await syncDemo(database.db, 800);
  close = () => server.close();
  [rich = ''] = await bigOwners(database.db, 1);
});
afterAll(() => close());

/** Who owns which products of the library, read row by row from the purchases. */
async function ownersByHand(): Promise<Map<string, Set<string>>> {
  const products = await database.db.selectFrom('products').selectAll().execute();
  const keyOf = new Map(products.map((each) => [each.id, matchProduct(each)?.key ?? each.id]));
  const kept = new Map<string, number>();
  for (const row of await database.db.selectFrom('purchases').selectAll().execute()) {
    if (row.status !== 'kept') continue;
    const pair = `${row.customer_id} ${row.product_id}`;
    kept.set(pair, (kept.get(pair) ?? 0) + row.quantity);
  }
  const owners = new Map<string, Set<string>>();
  for (const [pair, quantity] of kept) {
    const [customer = '', product = ''] = pair.split(' ');
    const key = keyOf.get(product);
    if (quantity <= 0 || key === undefined) continue;
    owners.set(key, (owners.get(key) ?? new Set()).add(customer));
  }
  return owners;
}

describe('what a brief knows of demo customers', () => {
  it('about things that go together is what a reading row by row finds', async () => {
    const owners = await ownersByHand();
    const customers = await bigOwners(database.db, 25);
    let pairs = 0;
    for (const id of customers) {
      const facts = await factsOf(database.db, id);
      const owned = new Set(facts?.owned.map(({ key }) => key));
      const expected = [...library.products.values()].flatMap((to) =>
        [...owned].flatMap((from) => {
          if (owned.has(to.key) || library.products.get(from)?.family !== to.family) return [];
          const others = [...(owners.get(from) ?? [])].filter((other) => other !== id);
          const also = others.filter((other) => owners.get(to.key)?.has(other)).length;
          return also === 0 ? [] : [{ from, to: to.key, owners: others.length, also }];
        }),
      );
      const order = (a: { from: string; to: string }, b: { from: string; to: string }) =>
        `${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1;
      expect(facts?.affinities.toSorted(order)).toEqual(expected.sort(order));
      pairs += expected.length;
    }
    expect(pairs).toBeGreaterThan(20);
  });

  it('is what they heard and said: the last believed answer to each block, of a year', async () => {
    await longTalk(database.db, rich);
    await tell(database.db, rich, {
      campaignId: 'lange-her',
      at: '2025-10-01T08:00:00Z',
      blocks: [{ contentId: 'dv-nachtropfen', productKey: 'dosierventile-dv' }],
    });
    const facts = await factsOf(database.db, rich);
    expect(facts?.told.some(({ campaignId }) => campaignId === 'lange-her')).toBe(false);
    expect(facts?.told[0]?.campaignId).toBe('herbst');
    expect(facts?.told.map(({ on }) => on)).toEqual(
      facts?.told
        .map(({ on }) => on)
        .sort()
        .reverse(),
    );
    expect(facts?.told.slice(0, 3).map(({ answer, answeredOn }) => [answer, answeredOn])).toEqual([
      ['yes', '2026-11-04'],
      ['no', '2026-11-03'],
      ['call', '2026-11-04'],
    ]);
    expect(facts?.said.map(({ by, on }) => [by, on])).toEqual([
      ['customer', '2026-11-04'],
      ['salesperson', '2026-06-04'],
    ]);
    expect(facts?.lastVisit).toBeNull();
  });

  it('takes only people for visitors', async () => {
    const send = await database.db
      .selectFrom('sends')
      .select('id')
      .where('customer_id', '=', rich)
      .executeTakeFirstOrThrow();
    const visit = (visited_at: string, machine: 'burst' | null) => ({
      send_id: send.id,
      link: 'click' as const,
      visited_at,
      machine,
    });
    await database.db
      .insertInto('visits')
      .values([visit('2026-11-05T10:00:00Z', null), visit('2026-11-20T10:00:00Z', 'burst')])
      .execute();
    expect((await factsOf(database.db, rich))?.lastVisit).toEqual(new Date('2026-11-05T10:00:00Z'));
  });

  it('follows what they say about what is in use', async () => {
    const before = await factsOf(database.db, rich);
    const given = before?.owned[0]?.key ?? '';
    await sql`
      insert into product_use (customer_id, product_id, used, said_on)
      select ${rich}, p.id, false, '2026-11-22' from products p
      where p.id = any(${await idsOf(given)}::text[])`.execute(database.db);
    const after = await factsOf(database.db, rich);
    expect(after?.owned.some(({ key }) => key === given)).toBe(false);
    expect(after?.notUsed).toEqual([{ key: given, on: '2026-11-22' }]);
    expect(after?.affinities.some(({ to }) => to === given)).toBe(false);
    await database.db.deleteFrom('product_use').where('customer_id', '=', rich).execute();
  });

  it('comes to nothing for somebody who is not there', async () => {
    expect(await factsOf(database.db, 'nobody')).toBeNull();
  });
});

describe('the brief', () => {
  it('says it in the reader’s language, whatever the customer’s', async () => {
    const facts = await factsOf(database.db, rich);
    if (!facts) throw new Error('The customer is gone.');
    const [de, en] = [makeBrief(facts, library, 'de'), makeBrief(facts, library, 'en')];
    expect(de.questions).toHaveLength(5);
    expect(de.questions.map(({ id }) => id)).toEqual(en.questions.map(({ id }) => id));
    expect(de.missing).toHaveLength(3);
    expect(de.who.wishes).toContain('Mehr Neues');
    expect(de.who.wishedRatio).toBeCloseTo(de.who.ratio.value + 0.1, 5);
    expect(de.said[0]?.words).toBe('Ein Angebot mit Preis. Für zwei Linien, bitte bis Ende Januar.');
    expect(de.questions[0]?.reasons.join()).toMatch(/„(Ja, bitte|Rufen Sie mich an)“ am 04.11.2026 zu: /);
    expect(en.questions[0]?.reasons.join()).toMatch(/“(Yes, please|Please call me)” on 4 Nov 2026 to: /);
    for (const question of [...de.questions, ...en.questions]) {
      expect(question.reasons.length, question.id).toBeGreaterThan(0);
      expect(JSON.stringify(question)).not.toMatch(/\{\{|undefined/);
    }
  });

  it('asks who owns nothing about the product of the mail that they answered', async () => {
    await stranger(database.db, 'asked');
    const before = makeBrief(await known('asked'), library, 'de');
    expect(before.questions.map(({ id }) => id)).not.toContain('wie-geloest');
    await tell(database.db, 'asked', {
      campaignId: 'herbst',
      at: '2026-11-02T08:00:00Z',
      blocks: [{ contentId: 'dv-nachtropfen', productKey: 'dosierventile-dv', answers: [['no', 1]] }],
    });
    const after = makeBrief(await known('asked'), library, 'de');
    expect(after.questions.find(({ id }) => id === 'wie-geloest')).toMatchObject({
      productKey: 'dosierventile-dv',
      choices: [{ words: expect.stringMatching(/^Nicht mehr im Einsatz: Dosierventil/) }],
      reasons: [expect.stringMatching(/^„Nicht für mich“ am 03.11.2026 zu: /)],
    });
  });

  it('gives no reasons where there are none', async () => {
    await stranger(database.db, 'unknown');
    const brief = makeBrief(await known('unknown'), library, 'de');
    const groundless = brief.questions.filter(({ reasons }) => reasons.length === 0);
    expect(groundless.length).toBeGreaterThan(0);
    const lines = briefText(brief, 'Europe/Berlin').split('\n');
    for (const { question, id } of groundless) {
      const at = lines.findIndex((line) => line.includes(question.slice(0, 40)));
      const end = lines.findIndex((line, n) => n > at && line.includes(`[${id}]`));
      expect([at > 0, end > at]).toEqual([true, true]);
      expect(lines.slice(at, end).every((line) => line.trim() !== '')).toBe(true);
    }
  });

  it('tells days by the clocks of the library', async () => {
    const brief = makeBrief(
      { ...(await known(rich)), lastVisit: new Date('2026-11-05T23:30:00Z') },
      library,
      'de',
    );
    expect(briefText(brief, 'Europe/Berlin')).toMatch(/Zuletzt auf unseren Seiten +06\.11\.2026/);
    expect(briefText(brief, 'UTC')).toMatch(/Zuletzt auf unseren Seiten +05\.11\.2026/);
  });

  it('names for each missing thing why, and never what was declined or is owned', async () => {
    for (const id of await bigOwners(database.db, 25)) {
      const facts = await factsOf(database.db, id);
      if (!facts) throw new Error('The customer is gone.');
      const { missing, owns } = makeBrief(facts, library, 'de');
      expect(missing.length).toBeLessThanOrEqual(3);
      expect(new Set(missing.map(({ title }) => title)).size).toBe(missing.length);
      for (const each of missing) {
        expect(each.why).not.toBe('');
        expect(owns.map(({ name }) => name)).not.toContain(each.title);
      }
    }
  });
});

describe('notes', () => {
  const context = { library, matchProduct, now: NOW, language: 'de' as const };
  const kept = (id: string) =>
    database.db.selectFrom('statements').select('words').where('customer_id', '=', id).execute();
  const note = (words: string, questionId = '_note') => ({ questionId, choice: null, words });

  it('are kept once, also when they come at the same moment', async () => {
    await stranger(database.db, 'noted');
    const both = await Promise.all(
      [1, 2, 3].map(() => keepNotes(database.db, 'noted', [note('Ruft zurück')], context)),
    );
    expect(both).toEqual([null, null, null]);
    expect(await kept('noted')).toEqual([{ words: 'Ruft zurück' }]);
  });

  it('are all kept or none', async () => {
    await stranger(database.db, 'several');
    const wrong = await keepNotes(database.db, 'several', [note('Eins'), note('Zwei', 'gone')], context);
    expect(wrong).toMatchObject({ note: { questionId: 'gone' }, problem: 'unknown_question' });
    expect(await kept('several')).toEqual([]);
  });
});

describe('what was said', () => {
  const said = (words: string, given: Partial<BriefStatement> = {}): BriefStatement => ({
    question: 'Wozu?',
    words,
    by: 'customer',
    on: '2026-11-20',
    forCall: false,
    ...given,
  });
  const all = [
    said('note', { by: 'salesperson' }),
    said('new'),
    said('old'),
    said('0711 0155-99', { forCall: true }),
    said('0711 0155-98', { forCall: true }),
  ];
  const words = (most: number) => worthReading(all, most).shown.map((each) => each.words);

  it('begins with what belongs to a call, then customers’ words, then notes; no number is left out', () => {
    expect(words(5)).toEqual(['0711 0155-99', '0711 0155-98', 'new', 'old', 'note']);
    expect(words(3)).toEqual(['0711 0155-99', '0711 0155-98', 'new']);
    expect(worthReading(all, 1)).toMatchObject({ shown: [{ forCall: true }, { forCall: true }], more: 3 });
  });

  it('belongs to a call as long as the call is wanted', async () => {
    await stranger(database.db, 'caller');
    const sendId = await tell(database.db, 'caller', {
      campaignId: 'herbst',
      at: '2026-11-02T08:00:00Z',
      blocks: [{ contentId: 'dv-nachtropfen', productKey: 'dosierventile-dv', answers: [['call', 1]] }],
    });
    const statement = { customer_id: 'caller', question_id: 'nach-anruf', question: 'Wann?', said_at: NOW };
    await database.db
      .insertInto('statements')
      .values([
        { ...statement, send_id: sendId, position: 0, words: '0711 0155-99', said_by: 'customer' },
        { ...statement, send_id: sendId, position: 0, words: 'War besetzt', said_by: 'salesperson' },
        { ...statement, words: 'Gern mehr', said_by: 'customer' },
      ])
      .execute();
    const forCall = async () =>
      makeBrief(await known('caller'), library, 'de').said.flatMap((each) =>
        each.forCall ? each.words : [],
      );
    expect(await forCall()).toEqual(['0711 0155-99']);
    const later = { customer_id: 'caller', send_id: sendId, position: 0, content_id: 'dv-nachtropfen' };
    await database.db
      .insertInto('answers')
      .values({ ...later, answer: 'no', answered_at: NOW })
      .execute();
    expect(await forCall()).toEqual([]);
  });
});

describe('another innovation ratio that answers suggest', () => {
  const suggest = (customer_id: string) =>
    database.db
      .insertInto('ratio_suggestions')
      .values({ customer_id, ratio: 0.2, suggested: 0.3, probability: 0.92, times: 2, made_at: NOW })
      .execute();
  const shown = async (id: string) => makeBrief(await known(id), library, 'de').who.suggestedRatio;

  it('is said in words, as long as the same ratio holds and they have not said what they wish', async () => {
    await stranger(database.db, 'leaning');
    expect(await shown('leaning')).toBeNull();
    await suggest('leaning');
    expect(await shown('leaning')).toEqual({
      value: 0.3,
      words: expect.stringMatching(/etwa doppelt so oft .*\(wahrscheinlich\).* 0,3 statt 0,2/),
    });
    await database.db
      .updateTable('customers')
      .set({ innovation_ratio: 0.3 })
      .where('id', '=', 'leaning')
      .execute();
    expect(await shown('leaning')).toBeNull();
    await database.db
      .updateTable('customers')
      .set({ innovation_ratio: 0.2 })
      .where('id', '=', 'leaning')
      .execute();
    await database.db.insertInto('preferences').values({ customer_id: 'leaning', ratio_wish: 1 }).execute();
    expect(await shown('leaning')).toBeNull();
  });
});

describe('things that go together', () => {
  const pair = (from: string, to: string, also: number, owners: number) => ({ from, to, also, owners });

  it('are told by the strongest hint, and not by a handful of people', () => {
    expect(
      bestAffinities([
        pair('a', 'x', 30, 100),
        pair('b', 'x', 60, 100),
        pair('a', 'y', 19, 19),
        pair('a', 'z', 9, 100),
        pair('b', 'w', 10, 100),
      ]),
    ).toEqual([pair('b', 'x', 60, 100), pair('b', 'w', 10, 100)]);
  });
});

async function known(id: string): Promise<BriefFacts> {
  const facts = await factsOf(database.db, id);
  if (!facts) throw new Error('The customer is gone.');
  return facts;
}

async function idsOf(key: string): Promise<string[]> {
  const products = await database.db.selectFrom('products').selectAll().execute();
  return products.filter((each) => matchProduct(each)?.key === key).map(({ id }) => id);
}

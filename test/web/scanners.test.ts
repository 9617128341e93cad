import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../stands/database.ts';
import { personAt, ticketIn } from './person.ts';
import { linksInMail, type Manner, scan } from './scanner.ts';
import { seedSend, type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
let web: WebStand;
let person: ReturnType<typeof personAt>;
let sendId: number;
let links: string[];
let count = 0;

async function newMail(): Promise<void> {
  count += 1;
  web.clock.advance(3_600_000);
  sendId = await seedSend(db, { id: `k${count}` });
  links = await linksInMail(web, sendId);
}

beforeEach(async () => {
  web = await webStand(db);
  person = personAt(web);
  await newMail();
});

const ask = 'Bitte einmal bestätigen';
const heard = () =>
  db
    .selectFrom('heard_answers')
    .select(['position', 'answer'])
    .where('send_id', '=', sendId)
    .orderBy('position')
    .execute();
const clicks = () =>
  db
    .selectFrom('visits')
    .select('id')
    .where('send_id', '=', sendId)
    .where('link', '=', 'click')
    .where('machine', 'is', null)
    .execute();
const stops = () =>
  db.selectFrom('suppressions').select('reason').where('email_key', '=', `k${count}@kunde.example`).execute();

const ofCustomer = (table: 'preferences' | 'product_use' | 'statements') =>
  db.selectFrom(table).select('customer_id').where('customer_id', '=', `k${count}`).execute();

/** Everything that a person could have said with this mail. */
const said = async () => ({
  heard: await heard(),
  clicks: await clicks(),
  stops: await stops(),
  wishes: [...(await ofCustomer('preferences')), ...(await ofCustomer('product_use'))],
  statements: await ofCustomer('statements'),
});
const NOTHING = { heard: [], clicks: [], stops: [], wishes: [], statements: [] };

const manner = (given: Partial<Manner> = {}): Manner => ({
  depthFirst: false,
  parallel: false,
  head: false,
  levels: 0,
  waitMs: 0,
  ...given,
});

describe('a program that opens every link of a mail', () => {
  test('by HEAD and GET within two seconds teaches nothing and unsubscribes nobody', async () => {
    expect(links.length).toBeGreaterThanOrEqual(13);
    await scan(web, links, manner({ head: true }));
    expect(await said()).toEqual(NOTHING);
    const visits = await db.selectFrom('visits').selectAll().where('send_id', '=', sendId).execute();
    expect(visits).toHaveLength(2 * links.length);
    expect(visits.filter((visit) => visit.machine === null)).toEqual([]);
    const home = await web.app.inject('/');
    expect(home.statusCode).toBe(200);
    expect(home.body).not.toContain('Ja, bitte');
  });

  const manners: [string, Manner][] = [
    ['one after the other, all forms at once', manner({ levels: 3 })],
    ['one after the other, all forms a second later', manner({ levels: 3, waitMs: 1000 })],
    ['at the same moment, forms too', manner({ parallel: true, levels: 3 })],
    ['at the same moment, forms a second later', manner({ parallel: true, levels: 3, waitMs: 1000 })],
    ['link by link to the last form', manner({ depthFirst: true, levels: 3 })],
    ['link by link, a second for each step', manner({ depthFirst: true, levels: 3, waitMs: 1000 })],
  ];
  test.each(manners)(
    'and executes every form, %s, teaches nothing and unsubscribes nobody',
    async (_, how) => {
      await scan(web, links, how);
      expect(await said()).toEqual(NOTHING);
      const posts = db
        .selectFrom('visits')
        .select('id')
        .where('send_id', '=', sendId)
        .where('posted', '=', true);
      expect((await posts.execute()).length).toBeGreaterThan(links.length);
    },
  );

  test('in any order and manner teaches nothing and unsubscribes nobody', { timeout: 120_000 }, async () => {
    const order = fc.shuffledSubarray([...links.keys()], { minLength: links.length });
    const how = fc.record({
      depthFirst: fc.boolean(),
      parallel: fc.boolean(),
      head: fc.boolean(),
      levels: fc.integer({ min: 1, max: 3 }),
      waitMs: fc.constantFrom(0, 300, 1000),
    });
    await fc.assert(
      fc.asyncProperty(order, how, async (indexes, chosen) => {
        await newMail();
        await scan(
          web,
          indexes.map((index) => links[index] ?? ''),
          chosen,
        );
        expect(await said()).toEqual(NOTHING);
      }),
      { numRuns: 30 },
    );
  });

  test('from many machines at the same moment is found all the same', async () => {
    await Promise.all(links.map((link) => person.open(link)));
    const visits = await db.selectFrom('visits').select('machine').where('send_id', '=', sendId).execute();
    expect(new Set(visits.map((visit) => visit.machine))).toEqual(new Set(['burst']));
  });

  test('as a slow browser does, four seconds a link, is found out by its third answer', async () => {
    for (const link of links) {
      const page = await person.open(link);
      if (link.includes('/a/')) await person.send(link, page, '', 2500);
      web.clock.advance(1500);
    }
    expect(await said()).toEqual(NOTHING);
    expect(
      await db
        .selectFrom('answers')
        .select('doubted_at')
        .where('send_id', '=', sendId)
        .where('doubted_at', 'is', null)
        .execute(),
    ).toEqual([]);
  });
});

describe('a person', () => {
  test('answers with one click and the form that goes by itself', async () => {
    const thanks = await person.answer(web.links.answer(sendId, 0, 'yes'), 'answer=yes');
    expect(thanks.body).toContain('Vielen Dank');
    expect(await heard()).toEqual([{ position: 0, answer: 'yes' }]);
  });

  test('corrects a slip on the page, and by the mail’s other button', async () => {
    const link = web.links.answer(sendId, 0, 'yes');
    const thanks = await person.answer(link, 'answer=yes');
    await person.send(link, thanks, 'answer=no', 1500);
    expect(await heard()).toEqual([{ position: 0, answer: 'no' }]);
    await person.answer(web.links.answer(sendId, 0, 'call'), 'answer=call');
    expect(await heard()).toEqual([{ position: 0, answer: 'call' }]);
  });

  test('answers two blocks, six seconds apart', async () => {
    await person.answer(web.links.answer(sendId, 0, 'yes'));
    web.clock.advance(4000);
    await person.answer(web.links.answer(sendId, 2, 'no'));
    expect(await heard()).toEqual([
      { position: 0, answer: 'yes' },
      { position: 2, answer: 'no' },
    ]);
  });

  test('answers, looks at the preferences, and unsubscribes, all within ten seconds', async () => {
    await person.answer(web.links.answer(sendId, 0, 'yes'));
    await person.open(web.links.preferences(sendId));
    const done = await person.answer(web.links.unsubscribe(sendId), 'action=unsubscribe');
    expect(done.body).toContain('Sie sind abgemeldet');
    expect(await heard()).toHaveLength(1);
    expect(await stops()).toHaveLength(1);
  });

  test('clicks, and is counted', async () => {
    await person.open(web.links.click(sendId, 0));
    expect(await clicks()).toHaveLength(1);
  });

  test('who is hasty is asked once, and then heard', async () => {
    const link = web.links.answer(sendId, 0, 'yes');
    const asked = await person.send(link, await person.open(link), 'answer=no', 1000);
    expect(asked.body).toContain(ask);
    expect(await heard()).toEqual([]);
    const again = await person.send(link, asked, 'answer=no', 2900);
    expect(again.body).toContain('schneller, als wir lesen');
    expect((await person.send(link, again, 'answer=no', 3000)).body).toContain('Vielen Dank');
    expect(await heard()).toEqual([{ position: 0, answer: 'no' }]);
  });

  test('finds everything that was filled in on the page that asks once more, as text', async () => {
    const link = web.links.answer(sendId, 0, 'yes');
    const posted = new URLSearchParams([
      ['answer', 'no'],
      ['words', '<b>"Ja & Nein"</b>'],
      ['several', 'a'],
      ['several', 'b'],
    ]);
    const asked = await person.send(link, { body: '' }, posted.toString());
    expect(asked.body).toContain('name="answer" value="no"');
    expect(asked.body).toContain('value="&lt;b&gt;&quot;Ja &amp; Nein&quot;&lt;/b&gt;"');
    expect(asked.body).toMatch(/name="several" value="a">\s*<input type="hidden" name="several" value="b">/);
    expect(asked.body.match(/name="ticket"/g)).toHaveLength(1);
  });

  test('with a tab that was left open for a day is asked again', async () => {
    const link = web.links.answer(sendId, 0, 'yes');
    const asked = await person.send(link, await person.open(link), 'answer=yes', 25 * 3_600_000);
    expect(asked.body).toContain(ask);
    await person.send(link, asked, 'answer=yes', 4000);
    expect(await heard()).toHaveLength(1);
  });

  test('with a browser that looks like a program is heard after one question', async () => {
    const link = web.links.unsubscribe(sendId);
    const lynx = (method: 'GET' | 'POST', ticket?: string) =>
      web.app.inject({
        method,
        url: new URL(link).pathname,
        headers: { 'user-agent': 'Lynx/2.9.0', 'content-type': 'application/x-www-form-urlencoded' },
        ...(ticket === undefined
          ? {}
          : { payload: new URLSearchParams({ action: 'unsubscribe', ticket }).toString() }),
      });
    const page = await lynx('GET');
    web.clock.advance(5000);
    const asked = await lynx('POST', ticketIn(page.body));
    expect(asked.body).toContain(ask);
    web.clock.advance(5000);
    expect((await lynx('POST', ticketIn(asked.body))).body).toContain('Sie sind abgemeldet');
  });
});

describe('a person behind a gateway that opens every link', () => {
  test('is heard without a question twenty seconds later', async () => {
    await scan(web, links, manner({ head: true }));
    web.clock.advance(20_000);
    const thanks = await person.answer(web.links.answer(sendId, 1, 'call'), 'answer=call');
    expect(thanks.body).toContain('Vielen Dank');
    expect(await heard()).toEqual([{ position: 1, answer: 'call' }]);
  });

  test('is asked once while it is at work, then heard, and never doubted again', async () => {
    await scan(web, links.slice(0, 6), manner());
    const link = web.links.answer(sendId, 1, 'call');
    const asked = await person.answer(link, 'answer=call');
    expect(asked.body).toContain(ask);
    await scan(web, links.slice(6), manner());
    expect((await person.send(link, asked, 'answer=call', 3000)).body).toContain('Vielen Dank');
    await scan(web, links, manner());
    expect(await heard()).toEqual([{ position: 1, answer: 'call' }]);
  });

  test('who answered a minute before is not doubted for it', async () => {
    await person.answer(web.links.answer(sendId, 0, 'yes'));
    web.clock.advance(60_000);
    await scan(web, links, manner({ levels: 3 }));
    expect(await heard()).toEqual([{ position: 0, answer: 'yes' }]);
  });

  test('whose answer came while it began is doubted, and may say it again', async () => {
    await scan(web, links.slice(0, 2), manner());
    await person.answer(web.links.answer(sendId, 0, 'yes'));
    expect(await heard()).toHaveLength(1);
    await scan(web, links, manner());
    expect(await heard()).toEqual([]);
    web.clock.advance(20_000);
    await person.answer(web.links.answer(sendId, 0, 'yes'));
    expect(await heard()).toEqual([{ position: 0, answer: 'yes' }]);
  });
});

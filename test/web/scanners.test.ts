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

/** All links, so many milliseconds apart; then all forms, level by level. */
async function paced([openMs, sendMs]: [number, number], levels: number, pauseMs = 0): Promise<void> {
  await scan(web, links, manner({ levels, waitMs: sendMs, openMs, pauseMs }));
}

const manner = (given: Partial<Manner> = {}): Manner => ({
  depthFirst: false,
  parallel: false,
  head: false,
  levels: 0,
  waitMs: 0,
  buttons: 'every',
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
      expect(await said()).toEqual({ ...NOTHING, clicks: how.depthFirst ? expect.anything() : [] });
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
      waitMs: fc.oneof(fc.constantFrom(0, 300, 1000, 1500, 1600), fc.integer({ min: 0, max: 60_000 })),
      buttons: fc.constantFrom('none', 'first', 'every', 'reversed' as const),
    });
    await fc.assert(
      fc.asyncProperty(order, how, async (indexes, chosen) => {
        await newMail();
        await scan(
          web,
          indexes.map((index) => links[index] ?? ''),
          chosen,
        );
        // clicks from link to link, with pauses, are all that a patient program looks like a person in
        const { clicks: _, ...rest } = await said();
        expect({ ...rest, clicks: [] }).toEqual(NOTHING);
      }),
      { numRuns: 25 },
    );
  });

  const patient: [string, () => Promise<void>][] = [
    ['all links at once, all forms 4 s apart', () => paced([50, 4000], 2)],
    ['all links at once, forms 3.1 s apart after 20 s', () => paced([50, 3100], 1, 20_000)],
    ['all links at once, forms 11 s apart', () => paced([50, 11_000], 1)],
    ['all links, then all forms, 12 s apart', () => paced([12_000, 12_000], 1)],
    ['all links, then all forms, a minute apart', () => paced([60_000, 60_000], 2)],
    [
      'link by link, 11 s each',
      () => scan(web, links, manner({ depthFirst: true, levels: 1, waitMs: 11_000 })),
    ],
    [
      'link by link, a minute each',
      () => scan(web, links, manner({ depthFirst: true, levels: 3, waitMs: 60_000 })),
    ],
    [
      'from the last link to the first',
      () =>
        scan(
          web,
          links.toReversed(),
          manner({ depthFirst: true, levels: 1, waitMs: 2000, buttons: 'reversed' }),
        ),
    ],
  ];
  test.each(patient)('with patience teaches nothing either: %s', async (_, act) => {
    await act();
    expect({ ...(await said()), clicks: [] }).toEqual(NOTHING);
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
    expect({ ...(await said()), clicks: [] }).toEqual(NOTHING);
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

  test('corrects a slip on the page, or by the mail’s other button; a third answer is asked about once', async () => {
    const link = web.links.answer(sendId, 0, 'yes');
    const thanks = await person.answer(link, 'answer=yes');
    await person.send(link, thanks, 'answer=no', 1500);
    expect(await heard()).toEqual([{ position: 0, answer: 'no' }]);
    await person.answer(web.links.answer(sendId, 0, 'yes'), 'answer=yes');
    expect(await heard()).toEqual([{ position: 0, answer: 'yes' }]);
    const call = web.links.answer(sendId, 0, 'call');
    const asked = await person.answer(call, 'answer=call');
    expect(asked.body).toContain(ask);
    await person.send(call, asked, 'answer=call&was=me');
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
    const again = await person.send(link, asked, 'answer=no&was=me', 1400);
    expect(again.body).toContain(ask);
    expect((await person.send(link, again, 'answer=no&was=me', 1500)).body).toContain('Vielen Dank');
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
    await person.send(link, asked, 'answer=yes&was=me', 4000);
    expect(await heard()).toHaveLength(1);
  });

  test('with a browser that looks like a program is heard after one question', async () => {
    const link = web.links.unsubscribe(sendId);
    const lynx = (method: 'GET' | 'POST', ticket?: string, was = {}) =>
      web.app.inject({
        method,
        url: new URL(link).pathname,
        headers: { 'user-agent': 'Lynx/2.9.0', 'content-type': 'application/x-www-form-urlencoded' },
        ...(ticket === undefined
          ? {}
          : { payload: new URLSearchParams({ action: 'unsubscribe', ticket, ...was }).toString() }),
      });
    const page = await lynx('GET');
    web.clock.advance(5000);
    const asked = await lynx('POST', ticketIn(page.body));
    expect(asked.body).toContain(ask);
    web.clock.advance(5000);
    expect((await lynx('POST', ticketIn(asked.body), { was: 'me' })).body).toContain('Sie sind abgemeldet');
  });
});

describe('the page that asks once more', () => {
  const link = () => web.links.answer(sendId, 0, 'yes');
  const asked = async () => await person.send(link(), await person.open(link()), 'answer=yes', 0);

  test('takes one of its two buttons for a yes: not the first, and not the form by itself', async () => {
    const page = await asked();
    expect(page.body).toMatch(/Nein, das war ich nicht<.*Ja, das war ich</s);
    const once = await person.send(link(), page, 'answer=yes');
    expect(once.body).toContain(ask);
    const no = await person.send(link(), once, 'answer=yes&was=program');
    expect(no.body).toContain('Gut, dann ist nichts passiert');
    expect(await heard()).toEqual([]);
  });

  test('takes back what it confirmed, and what was said on from there, when its other button is pressed', async () => {
    const page = await asked();
    const thanks = await person.send(link(), page, 'answer=yes&was=me');
    await person.send(link(), thanks, 'answer=no');
    expect(await heard()).toEqual([{ position: 0, answer: 'no' }]);
    await person.send(link(), page, 'answer=yes&was=program');
    expect(await heard()).toEqual([]);
    expect((await person.send(link(), page, 'answer=yes&was=me')).body).toContain(ask);
    expect((await person.send(link(), thanks, 'answer=no')).body).toContain(ask);
    expect(await heard()).toEqual([]);
  });

  test('leaves what was said before', async () => {
    await person.answer(link());
    await person.send(link(), await asked(), 'answer=yes&was=me');
    const page = await asked();
    await person.send(link(), page, 'answer=yes&was=me');
    await person.send(link(), page, 'answer=yes&was=program');
    expect(await heard()).toEqual([{ position: 0, answer: 'yes' }]);
  });

  test('comes to nothing when both buttons are pressed at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const page = await asked();
      web.clock.advance(2000);
      await Promise.all(
        ['me', 'program'].map((was) => person.send(link(), page, `answer=yes&was=${was}`, 0)),
      );
      expect(await heard()).toEqual([]);
      web.clock.advance(60_000);
    }
  });
});

describe('the page that unsubscribes', () => {
  const link = () => web.links.unsubscribe(sendId);

  test('does nothing without one of its buttons, and nothing by its first', async () => {
    const page = await person.open(link());
    expect(page.body).toMatch(/Nein, weiter Post bekommen<.*Ja, abmelden</s);
    expect((await person.send(link(), page, '')).body).toContain('Möchten Sie keine Neuigkeiten mehr');
    expect((await person.send(link(), page, 'action=keep')).body).toContain('Alles bleibt, wie es war');
    expect(await stops()).toEqual([]);
  });

  test('takes back what one button did by the other, and asks when it was the other way round', async () => {
    const page = await person.open(link());
    await person.send(link(), page, 'action=unsubscribe');
    expect(await stops()).toHaveLength(1);
    await person.send(link(), page, 'action=keep');
    expect(await stops()).toEqual([]);
    const asked = await person.send(link(), page, 'action=unsubscribe');
    expect(asked.body).toContain(ask);
    expect((await person.send(link(), asked, 'action=unsubscribe&was=me')).body).toContain(
      'Sie sind abgemeldet',
    );
    expect(await stops()).toHaveLength(1);
    await person.send(link(), asked, 'action=unsubscribe&was=program');
    expect(await stops()).toEqual([]);
  });

  test('comes to nothing when both buttons are pressed at the same moment', async () => {
    const page = await person.open(link());
    web.clock.advance(2000);
    await Promise.all(['unsubscribe', 'keep'].map((action) => person.send(link(), page, { action }, 0)));
    expect(await stops()).toEqual([]);
  });

  test('keeps what was done twice, by a mailbox provider too, when one of the two is taken back', async () => {
    for (const first of ['person', 'one_click'] as const) {
      await newMail();
      if (first === 'person') await person.answer(link(), 'action=unsubscribe');
      else await person.send(link(), { body: '' }, 'List-Unsubscribe=One-Click');
      const page = await person.open(link());
      await person.send(link(), page, 'action=unsubscribe');
      await person.send(link(), page, 'action=keep');
      expect([first, await stops()]).toEqual([first, [{ reason: 'unsubscribed' }]]);
    }
  });

  test('says that it is too late to take it back after an hour', async () => {
    const page = await person.open(link());
    await person.send(link(), page, 'action=unsubscribe');
    expect((await person.send(link(), page, 'action=keep', 3_700_000)).body).toContain(
      'Das geht hier nicht mehr',
    );
    expect(await stops()).toHaveLength(1);
  });

  test('offers to undo it for an hour, also when it is opened anew; then it asks whether it is a person', async () => {
    await person.answer(link(), 'action=unsubscribe');
    const later = await person.open(link());
    expect(later.body).toContain('Abmeldung zurücknehmen');
    const asked = await person.send(link(), later, 'undo=yes');
    expect(asked.body).toContain(ask);
    expect(await stops()).toHaveLength(1);
    expect((await person.send(link(), asked, 'undo=yes&was=me')).body).toContain('Alles wie vorher');
    expect(await stops()).toEqual([]);
    await person.send(link(), asked, 'undo=yes&was=program');
    expect(await stops()).toHaveLength(1);
  });

  test('is never undone by a program that presses every button', async () => {
    await person.answer(link(), 'action=unsubscribe');
    for (const buttons of ['none', 'first', 'every', 'reversed'] as const) {
      await scan(web, [link()], manner({ levels: 4, waitMs: 20_000, buttons }));
      expect([buttons, await stops()]).toEqual([buttons, [{ reason: 'unsubscribed' }]]);
    }
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
    expect((await person.send(link, asked, 'answer=call&was=me')).body).toContain('Vielen Dank');
    await scan(web, links, manner());
    expect(await heard()).toEqual([{ position: 1, answer: 'call' }]);
  });

  test('who answered a minute before is not doubted for it', async () => {
    await person.answer(web.links.answer(sendId, 0, 'yes'));
    web.clock.advance(60_000);
    await scan(web, links, manner({ levels: 3 }));
    expect(await heard()).toEqual([{ position: 0, answer: 'yes' }]);
  });

  test('who answered seven seconds before it began stays heard', async () => {
    await person.answer(web.links.answer(sendId, 0, 'yes'));
    web.clock.advance(7000);
    await scan(web, links, manner({ levels: 1, waitMs: 50 }));
    expect(await heard()).toEqual([{ position: 0, answer: 'yes' }]);
  });

  test('is not helped by waiting: forms of pages that were opened during the scan are asked about for a day', async () => {
    await scan(web, links, manner());
    const during = await person.open(web.links.unsubscribe(sendId));
    const asked = await person.send(
      web.links.unsubscribe(sendId),
      during,
      'action=unsubscribe',
      20 * 3_600_000,
    );
    expect(asked.body).toContain(ask);
    const after = await person.open(web.links.answer(sendId, 1, 'no'));
    expect((await person.send(web.links.answer(sendId, 1, 'no'), after, 'answer=no')).body).toContain(
      'Vielen Dank',
    );
    expect(await stops()).toEqual([]);
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

import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { erasePerson } from '../../src/erasure/erase.ts';
import { testDatabase } from '../stands/database.ts';
import { BROWSER, personAt, ticketIn } from './person.ts';
import { pathOf, seedSend, type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
let web: WebStand;
let person: ReturnType<typeof personAt>;
let sendId: number;
let count = 0;

beforeEach(async () => {
  count += 1;
  web = await webStand(db);
  person = personAt(web);
  sendId = await seedSend(db, { id: `k${count}` });
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const get = (url: string, headers: Record<string, string> = {}) =>
  web.app.inject({ method: 'GET', url: pathOf(url), headers: { ...BROWSER, ...headers } });
const post = (url: string, payload = '', headers: Record<string, string> = FORM) =>
  web.app.inject({ method: 'POST', url: pathOf(url), payload, headers: { ...BROWSER, ...headers } });
const rows = (table: 'answers' | 'heard_answers' | 'visits') =>
  db.selectFrom(table).selectAll().where('send_id', '=', sendId).orderBy('id').execute();
const stopped = async () =>
  (
    await db
      .selectFrom('suppressions')
      .select('email_key')
      .where('email_key', '=', `k${count}@kunde.example`)
      .execute()
  ).length === 1;

describe('the answer page', () => {
  test('shows the chosen answer and records nothing before it is sent', async () => {
    const page = await get(web.links.answer(sendId, 0, 'call'));
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Firmware 4 für Ihren Laserdrucker LX');
    expect(page.body).toContain('value="call" checked');
    for (const label of ['Ja, bitte', 'Rufen Sie mich an', 'Nicht für mich'])
      expect(page.body).toContain(label);
    expect(await rows('answers')).toEqual([]);
  });

  test('asks about offers as the mail does', async () => {
    const page = await get(web.links.answer(sendId, 2, 'later'));
    for (const label of ['Erzählen Sie mehr', 'Später', 'Nein']) expect(page.body).toContain(label);
    expect(page.body).not.toContain('Rufen Sie mich an');
  });

  test('records what was sent, thanks, and lets people correct themselves', async () => {
    const link = web.links.answer(sendId, 0, 'yes');
    const thanks = await person.answer(link, 'answer=yes');
    expect(thanks.body).toContain('Vielen Dank');
    expect(thanks.body).toContain('name="answer" value="no"');
    await person.send(link, thanks, 'answer=no');
    expect(await rows('answers')).toMatchObject([{ answer: 'yes' }, { answer: 'no' }]);
    expect(await rows('heard_answers')).toMatchObject([
      { position: 0, answer: 'no', content_id: 'firmware' },
    ]);
  });

  test('says what is noted to whoever opens it again, and never sends another answer by itself', async () => {
    const yes = web.links.answer(sendId, 0, 'yes');
    expect((await get(yes)).body).toContain('data-send-soon');
    await person.send(yes, await person.answer(yes, 'answer=yes'), 'answer=no');
    const again = await person.open(yes);
    expect(again.body).toContain('Bei uns steht: „Nicht für mich“');
    expect(again.body).toContain('value="yes" checked');
    expect(again.body).not.toContain('data-send-soon');
    expect(await rows('heard_answers')).toMatchObject([{ answer: 'no' }]);
    expect((await person.send(yes, again, 'answer=yes')).body).toContain('Notiert: „Ja, bitte“');
    expect(await rows('heard_answers')).toMatchObject([{ answer: 'yes' }]);
  });

  test('thanks at once whoever opens it with the answer that is noted', async () => {
    const call = web.links.answer(sendId, 0, 'call');
    await person.answer(web.links.answer(sendId, 0, 'yes'), 'answer=call');
    const page = await person.open(call);
    expect(page.body).toContain('Notiert: „Rufen Sie mich an“');
    expect(await rows('answers')).toHaveLength(1);
    await person.send(call, page, 'answer=yes');
    expect(await rows('heard_answers')).toMatchObject([{ answer: 'yes' }]);
  });

  test('keeps the last word in whatever language it is read', async () => {
    const yes = web.links.answer(sendId, 0, 'yes');
    const thanks = await person.answer(yes, 'answer=no');
    const other = /href="([?]lang=en[^"]*)"/.exec(thanks.body)?.[1]?.replace('&amp;', '&') ?? '';
    const read = (search: string) =>
      web.app.inject({ method: 'GET', url: `${pathOf(yes)}${search}`, headers: BROWSER });
    const english = (await read(other)).body;
    expect(english).toContain('Noted: “Not for me”');
    expect(english).not.toContain('data-send-soon');
    expect(english).toContain('href="?lang=de&amp;answered=yes"');
    // a program was at it after all: then nothing is noted, and nothing is sent by itself either
    await db.updateTable('answers').set({ doubted_at: new Date() }).where('send_id', '=', sendId).execute();
    expect((await read(other)).body).not.toContain('data-send-soon');
  });

  test('does not let a page that sends itself overrule what was said in another tab', async () => {
    const yes = web.links.answer(sendId, 0, 'yes');
    const waiting = await person.open(yes);
    await person.answer(web.links.answer(sendId, 0, 'no'), 'answer=no');
    const page = await person.send(yes, waiting, 'answer=yes&itself=yes');
    expect(page.body).toContain('Notiert: „Nicht für mich“');
    expect(await rows('answers')).toMatchObject([{ answer: 'no' }]);
  });

  test('shows the last word on the same content, which another mail may have got', async () => {
    const kamera = web.links.answer(sendId, 2, 'later');
    await person.answer(kamera, 'answer=later');
    await db
      .insertInto('answers')
      .values({
        send_id: sendId,
        position: 1,
        customer_id: `k${count}`,
        content_id: 'kamera',
        answer: 'no',
        answered_at: web.clock.now(),
      })
      .execute();
    expect((await person.open(kamera)).body).toContain('Bei uns steht: „Nein“');
  });

  test('has the headline in its own language, or says which language it is in', async () => {
    const link = `${pathOf(web.links.answer(sendId, 0, 'yes'))}?lang=en`;
    const read = async () => (await web.app.inject({ url: link, headers: BROWSER })).body;
    expect(await read()).toContain('<p class="headline">Firmware 4 for your LX laser printer</p>');
    const file = join(web.libraryDir, 'developments', 'firmware.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^en: .*$/m, ''));
    expect(await read()).toContain('<p class="headline" lang="de">Firmware 4 für Ihren Laserdrucker LX</p>');
  });

  test('has the headline of the form of an offer that was in the mail', async () => {
    const file = join(web.libraryDir, 'offers', 'kamera.yaml');
    const genes = 'genes: { headline: { as-question: { de: "Liest bei {{product}} jemand mit?" } } }';
    await writeFile(file, `${await readFile(file, 'utf8')}${genes}\n`);
    await db
      .updateTable('shown_blocks')
      .set({ variant_id: 'headline=as-question' })
      .where('content_id', '=', 'kamera')
      .execute();
    const read = async (query = '') =>
      (await web.app.inject({ url: pathOf(web.links.answer(sendId, 2, 'yes')) + query, headers: BROWSER }))
        .body;
    expect(await read()).toContain('Liest bei Laserdrucker LX jemand mit?');
    expect(await read('?lang=en')).toContain('The camera reads along');
  });

  test('takes the link’s own answer when the form says none', async () => {
    await person.answer(web.links.answer(sendId, 0, 'call'), '');
    expect(await rows('answers')).toMatchObject([{ answer: 'call' }]);
  });

  test.each(['answer=<script>', 'answer=no&answer=call', 'answer=%00', 'answer='])(
    'asks once more when the form says something else: %s',
    async (payload) => {
      const link = web.links.answer(sendId, 0, 'yes');
      const page = await person.answer(link, payload);
      expect(page.statusCode).toBe(422);
      expect(page.body).toContain('Das war keine der Antworten.');
      expect(page.body).not.toContain('data-send-soon');
      expect(await rows('answers')).toEqual([]);
      await person.send(link, page, 'answer=no');
      expect(await rows('answers')).toMatchObject([{ answer: 'no' }]);
    },
  );

  test('asks once more when the answer came as a file', async () => {
    const link = web.links.answer(sendId, 0, 'yes');
    const ticket = ticketIn((await person.open(link)).body);
    web.clock.advance(3000);
    const parts = [`name="ticket"\r\n\r\n${ticket}`, 'name="answer"; filename="a.txt"\r\n\r\nno'];
    const body = parts.map((part) => `--xyz\r\nContent-Disposition: form-data; ${part}\r\n`).join('');
    const page = await post(link, `${body}--xyz--\r\n`, {
      'content-type': 'multipart/form-data; boundary=xyz',
    });
    expect(page.statusCode).toBe(422);
    expect(await rows('answers')).toEqual([]);
  });

  test('works when the content is gone', async () => {
    await db.updateTable('shown_blocks').set({ content_id: 'gone' }).where('send_id', '=', sendId).execute();
    expect((await get(web.links.answer(sendId, 0, 'yes'))).body).toContain(
      'aus einer unserer früheren Mails',
    );
    const thanks = await person.answer(web.links.answer(sendId, 0, 'yes'), 'answer=yes');
    expect(thanks.body).toContain('Vielen Dank');
  });

  test('leaves word for the CRM: a note, the customer’s properties, and a task when they want a call', async () => {
    await person.answer(web.links.answer(sendId, 0, 'call'), 'answer=call');
    const entries = () =>
      db
        .selectFrom('crm_entries')
        .select(['kind', 'send_id', 'position'])
        .where('customer_id', '=', `k${count}`)
        .orderBy('kind')
        .execute();
    expect(await entries()).toEqual([
      { kind: 'note', send_id: sendId, position: 0 },
      { kind: 'profile', send_id: null, position: null },
      { kind: 'task', send_id: sendId, position: 0 },
    ]);
  });

  test('leaves no word about who is gone from the CRM', async () => {
    await db
      .updateTable('customers')
      .set({ archived_at: new Date() })
      .where('id', '=', `k${count}`)
      .execute();
    await person.answer(web.links.answer(sendId, 0, 'call'), 'answer=call');
    expect(await rows('heard_answers')).toHaveLength(1);
    expect(
      await db.selectFrom('crm_entries').select('id').where('customer_id', '=', `k${count}`).execute(),
    ).toEqual([]);
  });
});

describe('the unsubscribe page', () => {
  test('never unsubscribes by being looked at', async () => {
    const link = web.links.unsubscribe(sendId);
    for (const method of ['GET', 'HEAD'] as const) {
      expect(
        (await web.app.inject({ method, url: `${pathOf(link)}?List-Unsubscribe=One-Click` })).statusCode,
      ).toBe(200);
    }
    expect((await get(link)).body).toContain('Möchten Sie keine Neuigkeiten mehr');
    expect(await stopped()).toBe(false);
  });

  test('unsubscribes by its button, and can undo it', async () => {
    const link = web.links.unsubscribe(sendId);
    const done = await person.answer(link, 'action=unsubscribe');
    expect(done.body).toContain('Sie sind abgemeldet');
    expect(done.body).toContain('Abmeldung zurücknehmen');
    expect(await stopped()).toBe(true);
    expect((await person.send(link, done, 'undo=yes')).body).toContain('Alles wie vorher');
    expect(await stopped()).toBe(false);
  });

  test('offers no undo to whoever comes later', async () => {
    const link = web.links.unsubscribe(sendId);
    const done = await person.answer(link, 'action=unsubscribe');
    web.clock.advance(2 * 3_600_000);
    expect((await get(link)).body).not.toContain('zurücknehmen');
    expect((await person.send(link, done, 'undo=yes')).body).toContain('Das geht hier nicht mehr');
    expect(await stopped()).toBe(true);
  });

  const MULTIPART = 'multipart/form-data; boundary=xyz';
  const oneClicks: [string, Record<string, string>, string][] = [
    ['urlencoded', FORM, 'List-Unsubscribe=One-Click'],
    [
      'multipart',
      { 'content-type': MULTIPART },
      '--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--xyz--\r\n',
    ],
    ['urlencoded with a line end', FORM, 'List-Unsubscribe=One-Click\r\n'],
    ['said twice', FORM, 'List-Unsubscribe=One-Click&List-Unsubscribe=One-Click'],
    ['one value of several', FORM, 'List-Unsubscribe=&List-Unsubscribe=One-Click&x=1'],
    ['written otherwise', FORM, 'list-unsubscribe=one-click'],
    [
      'multipart twice',
      { 'content-type': MULTIPART },
      `${'--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n'.repeat(2)}--xyz--\r\n`,
    ],
    ['plain text with a line end', { 'content-type': 'text/plain' }, 'List-Unsubscribe=One-Click\n'],
    ['no content type', { 'content-type': '' }, 'List-Unsubscribe=One-Click'],
    ['half a content type', { 'content-type': 'form' }, 'List-Unsubscribe=One-Click\r\n'],
  ];
  test.each(oneClicks)(
    'takes RFC 8058 one-click as %s, without cookies or redirects',
    async (_, headers, body) => {
      const done = await post(web.links.unsubscribe(sendId), body, headers);
      expect(done.statusCode).toBe(200);
      expect(done.headers['content-type']).toMatch(/^text\/plain/);
      expect(done.headers['set-cookie']).toBeUndefined();
      expect(done.headers.location).toBeUndefined();
      expect(await stopped()).toBe(true);
    },
  );

  test.each(['application/json', 'text/plain', 'application/octet-stream'])(
    'takes one-click as an objection even when it calls itself %s',
    async (type) => {
      const done = await post(web.links.unsubscribe(sendId), 'List-Unsubscribe=One-Click', {
        'content-type': type,
      });
      expect([done.statusCode, done.body]).toEqual([200, 'Unsubscribed.\n']);
      expect(await stopped()).toBe(true);
    },
  );

  test.each(['application/json', 'text/plain', 'multipart/form-data', 'application/octet-stream'])(
    'shows its page once more when a body of %s says nothing',
    async (type) => {
      const page = await post(web.links.unsubscribe(sendId), '{broken', { 'content-type': type });
      expect(page.body).toContain('Möchten Sie keine Neuigkeiten mehr');
      expect(await stopped()).toBe(false);
      await person.send(web.links.unsubscribe(sendId), page, 'action=unsubscribe');
      expect(await stopped()).toBe(true);
    },
  );

  test('is not held up by a form of thousands of names: each field is looked at once', async () => {
    // looking every name up anew took seconds, in which nobody else got an answer
    const lookUps = vi.spyOn(URLSearchParams.prototype, 'getAll');
    onTestFinished(() => lookUps.mockRestore());
    const names = Array.from({ length: 12_000 }, (_, name) => name).join('&');
    const body = `${names}&__proto__=1&List-Unsubscribe=One-Click`;
    const done = await post(web.links.unsubscribe(sendId), body, { 'content-type': 'text/plain' });
    expect([done.statusCode, done.body]).toEqual([200, 'Unsubscribed.\n']);
    expect(lookUps).not.toHaveBeenCalled();
  });

  test.each([
    ['urlencoded', FORM, (ticket: string) => `undo=yes&undo=yes&ticket=${encodeURIComponent(ticket)}`],
    [
      'multipart',
      { 'content-type': MULTIPART },
      (ticket: string) =>
        `${[
          ['undo', 'yes'],
          ['undo', 'yes'],
          ['ticket', ticket],
        ]
          .map(
            ([name, value]) => `--xyz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
          )
          .join('')}--xyz--\r\n`,
    ],
  ])('takes a form’s field that came twice for what it says: %s', async (_, headers, body) => {
    const link = web.links.unsubscribe(sendId);
    const done = await person.answer(link, 'action=unsubscribe');
    web.clock.advance(3000);
    expect((await post(link, body(ticketIn(done.body)), headers)).body).toContain('Alles wie vorher');
    expect(await stopped()).toBe(false);
  });

  test('never lets a program take an unsubscription back', async () => {
    const link = web.links.unsubscribe(sendId);
    await post(link, 'List-Unsubscribe=One-Click');
    for (const wait of [0, 1000, 1000]) {
      const page = await person.send(link, { body: '' }, 'undo=yes', wait);
      expect(page.body).toContain('Bitte einmal bestätigen');
      await person.send(link, page, 'undo=yes', wait);
    }
    expect(await stopped()).toBe(true);
  });

  test('works while the content is broken', async () => {
    await writeFile(join(web.libraryDir, 'settings.yaml'), 'company: [');
    expect((await get(web.links.unsubscribe(sendId))).statusCode).toBe(200);
    await person.answer(web.links.unsubscribe(sendId), 'action=unsubscribe');
    expect(await stopped()).toBe(true);
  });
});

describe('click links', () => {
  test('are recorded and lead to the library’s address', async () => {
    const answer = await get(web.links.click(sendId, 0));
    expect(answer.statusCode).toBe(302);
    expect(answer.headers.location).toBe('https://pruefwerk.example/firmware');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(await rows('visits')).toMatchObject([
      { link: 'click', position: 0, answer: null, user_agent: BROWSER['user-agent'], machine: null },
    ]);
  });

  test('are noted as a program’s for HEAD, prefetching, and programs by name', async () => {
    const url = pathOf(web.links.click(sendId, 0));
    const head = await web.app.inject({ method: 'HEAD', url, headers: BROWSER });
    expect(head.statusCode).toBe(302);
    await get(web.links.click(sendId, 0), { 'sec-purpose': 'prefetch;prerender' });
    await get(web.links.click(sendId, 0), { 'user-agent': 'BarracudaLinkProtect' });
    expect((await rows('visits')).map((visit) => 'machine' in visit && visit.machine)).toEqual([
      'head',
      'prefetch',
      'agent',
    ]);
  });

  test.each([
    '?url=https://evil.example',
    '?next=//evil.example&to=https://evil.example',
    '?redirect=%2F%2Fevil.example',
    '#https://evil.example',
  ])('never lead where the request wants: %s', async (suffix) => {
    const url = `${pathOf(web.links.click(sendId, 1))}${suffix}`;
    const answer = await web.app.inject({
      url,
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', referer: 'https://evil.example/' },
    });
    expect(answer.headers.location).toBe('https://pruefwerk.example/start');
  });

  test('lead to the company’s website when their content is gone', async () => {
    await db
      .updateTable('shown_blocks')
      .set({ content_id: '//evil.example' })
      .where('send_id', '=', sendId)
      .execute();
    expect((await get(web.links.click(sendId, 0))).headers.location).toBe('https://pruefwerk.example/start');
  });
});

describe('tokens', () => {
  const kinds = ['a', 'c', 'u', 'p'] as const;
  const linkOf = (kind: (typeof kinds)[number], send: number) =>
    ({
      a: web.links.answer(send, 0, 'yes'),
      c: web.links.click(send, 0),
      u: web.links.unsubscribe(send),
      p: web.links.preferences(send),
    })[kind];

  test.each(kinds)('of /%s that were tampered with open nothing', async (kind) => {
    const path = pathOf(linkOf(kind, sendId));
    const flipped = path.slice(0, -1) + (path.endsWith('A') ? 'B' : 'A');
    for (const url of [
      flipped,
      `/${kind}/x`,
      `/${kind}/${'A'.repeat(32)}`,
      `/${kind}/%00`,
      `/${kind}/${'A'.repeat(500)}`,
    ]) {
      const page = await web.app.inject({ url });
      expect(page.statusCode).toBe(404);
      expect(page.headers['content-type']).toMatch(/^text\/html/);
      expect((await post(`http://x${url}`, 'List-Unsubscribe=One-Click&answer=yes')).statusCode).toBe(404);
    }
    expect(await rows('answers')).toEqual([]);
    expect(await stopped()).toBe(false);
  });

  test('that cannot be decoded get the page of other wrong ones', async () => {
    for (const url of ['/u/%ff', '/a/%e4%f6', '/p/100%', '/c/%2e%2e%ff?lang=en', '/%ff']) {
      const page = await web.app.inject({ url });
      expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    }
    expect((await web.app.inject({ url: '/u/%ff' })).body).toContain('rufen Sie uns an');
  });

  test('are told to no log, and stand on no page that refuses them', async () => {
    const link = web.links.preferences(sendId);
    const told = async (...links: string[]) => {
      for (const each of links) {
        const token = each.slice(each.lastIndexOf('/') + 1);
        const pages = [await get(each), await post(each, 'x=1')];
        for (const page of pages) {
          expect(page.statusCode).toBeGreaterThanOrEqual(400);
          expect(page.body).not.toContain(token);
        }
        expect(JSON.stringify(web.logged)).not.toContain(token);
      }
    };
    const forged = `http://x/u/${'Ab1'.repeat(11)}`;
    await told(forged, 'http://x/a/%ffsecret', 'http://x/nowhere/secret');
    for (let times = 0; times < 40; times++) await get(forged);
    expect((await get(forged)).statusCode).toBe(429);
    await told(forged);
    web.clock.advance(1200 * 86_400_000);
    await told(link);
  });

  test('open only the kind of page they were made for', async () => {
    const token = pathOf(web.links.answer(sendId, 0, 'yes')).slice('/a/'.length);
    for (const kind of ['c', 'u', 'p'])
      expect((await web.app.inject({ url: `/${kind}/${token}` })).statusCode).toBe(404);
    expect((await post(`http://x/u/${token}`, 'List-Unsubscribe=One-Click')).statusCode).toBe(404);
    expect(await stopped()).toBe(false);
  });

  test('that have expired get a kind page', async () => {
    const link = web.links.answer(sendId, 0, 'yes');
    web.clock.advance(400 * 86_400_000);
    const page = await get(link);
    expect(page.statusCode).toBe(410);
    expect(page.body).toContain('Dieser Link ist abgelaufen');
    expect((await post(link, 'answer=yes')).statusCode).toBe(410);
    expect(await rows('answers')).toEqual([]);
  });

  test.each(kinds)('of previews say so at /%s and change nothing', async (kind) => {
    const page = await get(linkOf(kind, 0));
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Das war eine Vorschau');
    if (kind !== 'c')
      expect((await post(linkOf(kind, 0), 'answer=yes&action=unsubscribe')).body).toContain('Vorschau');
    if (kind === 'u') {
      const oneClick = await post(linkOf(kind, 0), 'List-Unsubscribe=One-Click');
      expect([oneClick.statusCode, oneClick.headers['content-type']]).toEqual([
        200,
        'text/plain; charset=utf-8',
      ]);
    }
  });

  test.each(kinds)(
    'of /%s for a send that the ledger does not know are answered like forged ones',
    async (kind) => {
      const forged = `http://x/${kind}/${'A'.repeat(32)}`;
      const unknown = linkOf(kind, 77_777);
      const answer = async (asked: Promise<{ statusCode: number; headers: object; body: string }>) => {
        const { statusCode, headers, body } = await asked;
        return { statusCode, headers: { ...headers, date: null }, body };
      };
      expect(await answer(get(unknown))).toEqual(await answer(get(forged)));
      expect((await get(unknown)).statusCode).toBe(404);
      for (const body of ['answer=yes', 'List-Unsubscribe=One-Click']) {
        expect(await answer(post(unknown, body))).toEqual(await answer(post(forged, body)));
      }
    },
  );

  test.each(kinds)('of /%s that have expired or were forged tell nothing of a customer', async (kind) => {
    const link = linkOf(kind, sendId);
    web.clock.advance(1200 * 86_400_000);
    const bodies = await Promise.all([
      get(link),
      post(link, 'action=unsubscribe'),
      post(link, 'List-Unsubscribe=One-Click'),
      get(`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`),
    ]);
    expect(bodies.map((each) => each.statusCode)).toEqual([
      410,
      kind === 'c' ? 404 : 410,
      kind === 'c' ? 404 : 410,
      404,
    ]);
    for (const { body } of bodies) expect(body).not.toMatch(/kunde\.example|Laser|Firmware|Beispiel/);
    expect(await rows('visits')).toEqual([]);
    expect(await stopped()).toBe(false);
  });

  test.each(kinds)('of /%s for somebody who was erased say so, and note nothing', async (kind) => {
    await erasePerson(db, `k${count}`, web.clock.now());
    const link = linkOf(kind, sendId);
    const page = await get(link);
    expect(page.statusCode).toBe(410);
    expect(page.body).toContain('Ihre Daten sind bei uns gelöscht');
    expect(page.body).not.toMatch(/kunde\.example|Laser|Firmware|<form/);
    if (kind !== 'c') {
      const posted = await post(link, 'answer=yes&action=unsubscribe');
      expect([posted.statusCode, posted.body]).toEqual([410, page.body]);
    }
    if (kind === 'u') {
      const oneClick = await post(link, 'List-Unsubscribe=One-Click');
      expect([oneClick.statusCode, oneClick.body]).toEqual([200, 'Nothing is sent to you any more.\n']);
    }
    expect(await rows('visits')).toEqual([]);
    expect(await rows('answers')).toEqual([]);
  });

  test('of one link open nothing as tickets, and tickets nothing as links', async () => {
    const link = web.links.answer(sendId, 0, 'yes');
    const other = await person.open(web.links.answer(sendId, 1, 'yes'));
    const token = pathOf(link).slice('/a/'.length);
    for (const body of [
      `ticket=${token}`,
      `ticket=${ticketIn(other.body)}`,
      'ticket=',
      'ticket=a&ticket=b',
    ]) {
      web.clock.advance(30_000);
      expect((await post(link, body)).body).toContain('Bitte einmal bestätigen');
    }
    expect(await rows('answers')).toEqual([]);
  });
});

describe('pictures', () => {
  test('of the library are public and long-lived', async () => {
    const picture = await web.app.inject({ url: '/pictures/laser.png' });
    expect(picture.statusCode).toBe(200);
    expect(picture.headers['content-type']).toBe('image/png');
    expect(picture.headers['cache-control']).toContain('max-age=31536000');
    const again = await web.app.inject({
      url: '/pictures/laser.png',
      headers: { 'if-none-match': String(picture.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
  });

  test('stay there for mails that have them, whatever becomes of the library', async () => {
    const picture = await web.app.inject({ url: '/pictures/laser.png' });
    await web.options.content.keep();
    await rm(join(web.libraryDir, 'pictures', 'laser.png'));
    const kept = await web.app.inject({ url: '/pictures/laser.png' });
    expect([kept.statusCode, kept.headers['content-type']]).toEqual([200, 'image/png']);
    expect(kept.rawPayload).toEqual(picture.rawPayload);
  });

  test.each([
    '/pictures/../settings.yaml',
    '/pictures/..%2fsettings.yaml',
    '/pictures/%2e%2e%2fsettings.yaml',
    '/pictures/..%5csettings.yaml',
    '/pictures/%2fetc%2fpasswd',
    '/pictures/laser.png%00.yaml',
    '/pictures/.png',
    '/pictures/laser.svg',
    '/pictures/none.png',
    '/pictures/',
    '/pictures/link.png',
  ])('are all that is given out: %s is not', async (url) => {
    await mkdir(join(web.libraryDir, 'pictures'), { recursive: true });
    await symlink(join(web.libraryDir, 'settings.yaml'), join(web.libraryDir, 'pictures', 'link.png'));
    const answer = await web.app.inject({ url });
    expect([400, 404]).toContain(answer.statusCode);
    expect(answer.body).not.toContain('Prüfwerk GmbH\n');
    expect(answer.body).not.toContain('root:');
  });
});

describe('recipients’ pages', () => {
  test('speak German, the browser’s language, or the one asked for', async () => {
    const link = web.links.unsubscribe(sendId);
    expect((await get(link)).body).toContain('<html lang="de">');
    expect((await get(link, { 'accept-language': 'en-GB,en;q=0.9,de;q=0.5' })).body).toContain(
      '<html lang="en">',
    );
    expect((await get(link, { 'accept-language': 'fr' })).body).toContain('<html lang="de">');
    const asked = await web.app.inject({
      url: `${pathOf(link)}?lang=en`,
      headers: { 'accept-language': 'de' },
    });
    expect(asked.body).toContain('<html lang="en">');
  });

  test('speak the mail’s language when the browser has neither', async () => {
    const english = await seedSend(db, { id: `en${count}`, language: 'en' });
    expect((await get(web.links.answer(english, 0, 'yes'), { 'accept-language': 'fr' })).body).toContain(
      'Yes, please',
    );
  });

  test('carry headers that let nothing in and nothing out', async () => {
    const { headers } = await get(web.links.answer(sendId, 0, 'yes'));
    const csp = String(headers['content-security-policy']);
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-store');
  });

  test('show names from the CRM as text', async () => {
    await db
      .updateTable('products')
      .set({ sku: 'X', name: '<img src=x onerror=alert(1)>' })
      .where('id', '=', 'p1')
      .execute();
    try {
      const page = await get(web.links.preferences(sendId));
      expect(page.body).not.toContain('<img');
      expect(page.body).toContain('&lt;img');
    } finally {
      await db
        .updateTable('products')
        .set({ sku: 'LASER', name: 'Laser aus dem CRM' })
        .where('id', '=', 'p1')
        .execute();
    }
  });

  test('leave neither addresses nor tokens in the log', async () => {
    const link = web.links.unsubscribe(sendId);
    await person.answer(link, 'action=unsubscribe');
    await web.app.inject({ url: '/nowhere?email=secret@kunde.example' });
    const log = JSON.stringify(web.logged);
    expect(log).toContain('"unsubscribe"');
    expect(log).toContain('/u/:token');
    expect(log).not.toContain(pathOf(link).slice(3));
    expect(log).not.toContain('@');
  });
});

test('health and readiness are told apart', async () => {
  expect((await web.app.inject({ url: '/healthz' })).json()).toEqual({ ok: true });
  expect((await web.app.inject({ url: '/readyz' })).json()).toEqual({
    ok: true,
    database: true,
    content: true,
  });
  const broken = await webStand(db);
  await writeFile(join(broken.libraryDir, 'settings.yaml'), 'company: [');
  const answer = await broken.app.inject({ url: '/readyz' });
  expect([answer.statusCode, answer.json()]).toEqual([503, { ok: false, database: true, content: false }]);
});

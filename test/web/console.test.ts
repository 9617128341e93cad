import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordAnswer } from '../../src/feedback/answer.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { testDatabase } from '../stands/database.ts';
import { seedSend, type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
const XSS = '<script>alert(1)</script>';
const OWN = { host: 'localhost:3000', 'sec-fetch-site': 'same-origin' };
/** A block of the mail, in the list of reasons. */
const EXPERIMENT = '<li class="experimental">\n<p class="kind">';
let web: WebStand;
let sendId: number;

beforeEach(async () => {
  web = await webStand(db);
  sendId = await seedSend(db, { id: 'k1', firstName: XSS, lastName: '"><img src=x onerror=alert(2)>' });
});

afterEach(async () => {
  for (const table of [
    'statements',
    'answers',
    'crm_entries',
    'visits',
    'shown_blocks',
    'sends',
    'campaigns',
    'purchases',
    'customers',
    'mailbox',
  ] as const) {
    await db.deleteFrom(table).execute();
  }
});

const get = (url: string, headers: Record<string, string> = {}) =>
  web.app.inject({ url, headers: { host: 'localhost:3000', ...headers } });

/** An attribute as a browser reads it. */
const unescaped = (text = '') => text.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');

test('an address with a character that no database has leads nowhere, without an error', async () => {
  for (const path of ['/campaigns/a%00b', '/campaigns/herbst/sends/%00', '/customers?q=%00', '/u/%00'])
    expect((await get(path)).statusCode, path).toBe(404);
  expect(web.logged.map(({ event }) => event)).not.toContain('error');
});

async function seedMail(given: { subject?: string; html?: string } = {}): Promise<number> {
  const subject = given.subject ?? 'Ihre Neuigkeiten';
  const html =
    given.html ??
    '<html><head></head><body><img src="http://localhost:3000/pictures/laser.png"></body></html>';
  const raw = [
    'From: Absender <news@pruefwerk.example>',
    'To: "Kim <b>Beispiel</b>" <k1@kunde.example>',
    `Subject: ${subject}`,
    'Message-ID: <m1@pruefwerk.example>',
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
  ].join('\r\n');
  const row = await db
    .insertInto('mailbox')
    .values({
      mail_from: 'news@pruefwerk.example',
      rcpt_to: ['k1@kunde.example'],
      message_id: '<m1@pruefwerk.example>',
      header_from: 'Absender <news@pruefwerk.example>',
      header_to: '"Kim <b>Beispiel</b>" <k1@kunde.example>',
      subject,
      raw: Buffer.from(raw),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

describe('home', () => {
  test('shows campaigns, segments and the answers that somebody waits on', async () => {
    await recordAnswer(db, { sendId, position: 0, answer: 'call', now: web.clock.now() });
    await db
      .insertInto('statements')
      .values({
        customer_id: 'k1',
        send_id: sendId,
        position: 0,
        question_id: 'wann',
        question: 'Wann?',
        choice: 'morning',
        choice_words: 'Am Vormittag',
        words: '0711 <b>99</b>',
        said_by: 'customer',
      })
      .execute();
    const page = await get('/');
    expect(page.body).toContain('<q>Am Vormittag: 0711 &lt;b&gt;99&lt;/b&gt;</q>');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('href="campaigns/herbst"');
    expect(page.body).toContain('Laserdrucker LX');
    expect(page.body).toContain('Rufen Sie mich an');
    expect(page.body).toContain('Firmware 4 für Ihren Laserdrucker LX');
  });

  test('says what needs a person, and when nothing does', async () => {
    expect((await get('/')).body).toContain('Nichts. Alles läuft.');
    await db.updateTable('sends').set({ state: 'in_doubt' }).execute();
    await db
      .updateTable('campaigns')
      .set({ attention: `Der Mailserver sagt: ${XSS}` })
      .execute();
    const page = await get('/');
    expect(page.body).toContain('Bei einer Mail ist ungewiss');
    expect(page.body).toContain('Der Mailserver sagt: &lt;script&gt;');
  });

  test('speaks English when asked, and remembers it', async () => {
    const page = await get('/?lang=en');
    expect(page.body).toContain('Needs a person');
    const cookie = String(page.headers['set-cookie']).split(';')[0] ?? '';
    expect((await get('/inbox', { cookie, 'accept-language': 'de' })).body).toContain('<html lang="en">');
  });
});

describe('a campaign', () => {
  test('shows progress, reasons in words, the experimental share and its mails', async () => {
    await db
      .updateTable('campaigns')
      .set({
        candidates: 10,
        planned: 1,
        excluded: JSON.stringify({ opted_out: 7, holdout: 2 }),
        state: 'finished',
      })
      .execute();
    const page = await get('/campaigns/herbst');
    expect(page.body).toContain('keine Werbung möchte');
    expect(page.body).toContain('Gehört zur Vergleichsgruppe');
    expect(page.body).toContain('33,3'); // one of three blocks
    expect(page.body).toContain(`herbst/sends/${sendId}`);
    expect((await get('/campaigns/herbst?state=failed')).body).toContain('Hier ist nichts.');
    expect((await get('/campaigns/herbst?state=nonsense&after=-1')).statusCode).toBe(200);
  });

  test('says from when its content is, once it has begun', async () => {
    expect((await get('/campaigns/herbst')).body).not.toContain('Inhalte vom');
    const version = await web.options.content.keep();
    await db.updateTable('campaigns').set({ content_version: version }).execute();
    const page = await get('/campaigns/herbst');
    expect(page.body).toContain('Inhalte vom');
    expect(page.body).toContain(`Fassung ${version.slice(0, 8)}`);
  });

  test('explains every mail', async () => {
    await recordAnswer(db, { sendId, position: 2, answer: 'later', now: web.clock.now() });
    const page = await get(`/campaigns/herbst/sends/${sendId}`);
    for (const words of [
      'Standbein',
      'Spielbein',
      'Die Kamera liest mit',
      'war ein Experiment an der Reihe',
      'Ohne Einwilligung',
      'an der Firma im CRM gesetzt',
      'Später',
    ]) {
      expect(page.body).toContain(words);
    }
  });

  test.each([
    '/campaigns/none',
    '/campaigns/herbst/sends/0',
    '/campaigns/herbst/sends/x',
    '/campaigns/none/sends/1',
    '/inbox/0',
    '/inbox/x/html',
  ])('or mail that is not there: %s', async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  });
});

describe('what strangers wrote', () => {
  test('is text on every page', async () => {
    await db.updateTable('sends').set({ subject: XSS, detail: XSS, smtp_response: XSS }).execute();
    await db
      .insertInto('companies')
      .values({ id: 'f1', source: 'test', name: XSS })
      .onConflict((oc) => oc.doNothing())
      .execute();
    await db.updateTable('customers').set({ company_id: 'f1', title: XSS }).execute();
    await recordAnswer(db, { sendId, position: 0, answer: 'yes', now: web.clock.now() });
    const id = await seedMail({ subject: XSS, html: `<body>${XSS}</body>` });
    const urls = [
      '/',
      '/campaigns/herbst',
      `/campaigns/herbst/sends/${sendId}`,
      '/inbox',
      `/inbox?search=${encodeURIComponent('"><script>alert(3)</script>')}`,
      ...['html', 'text', 'headers', 'source'].map((tab) => `/inbox/${id}?tab=${tab}`),
      '/preview?customer=k1',
      '/preview?customer=k1&tab=text',
      '/preview?customer=k1&tab=source',
      `/preview?search=${encodeURIComponent('"><script>alert(3)</script>')}&customer=${encodeURIComponent(XSS)}`,
    ];
    for (const url of urls) {
      const page = await get(url);
      expect([url, page.statusCode]).toEqual([url, 200]);
      expect(page.body, url).not.toContain('<script>');
      expect(page.body, url).not.toMatch(/<img src=x/);
      expect(page.headers['content-security-policy']).not.toContain('unsafe');
    }
  });

  test('in a mail’s HTML is shut in: sandbox, no scripts, own pictures only', async () => {
    const id = await seedMail({
      html: `<html><head></head><body>${XSS}<img src="http://localhost:3000/pictures/laser.png"></body></html>`,
    });
    const page = await get(`/inbox/${id}`);
    // a width that nobody asked for is left to the screen
    expect(page.body).toContain('href="?tab&#x3D;text"');
    expect((await get(`/inbox/${id}?width=phone`)).body).toContain('"?tab&#x3D;text&amp;width&#x3D;phone"');
    expect(page.body).toMatch(/<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    const frame = await get(`/inbox/${id}/html`);
    const csp = String(frame.headers['content-security-policy']);
    expect(csp).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox;/);
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("img-src 'self' data:;");
    expect(csp).not.toContain('script');
    expect(frame.body).toContain('src="../../pictures/laser.png"');
    expect(frame.body).toContain('<base target="_blank">');
  });
});

describe('the inbox', () => {
  test('lists, searches and pages', async () => {
    for (let i = 1; i <= 53; i++) await seedMail({ subject: `Mail Nummer ${i}` });
    const first = await get('/inbox');
    expect(first.body).toContain('53 Mails');
    expect(first.body.match(/class="subject"/g)).toHaveLength(50);
    const older = unescaped(/href="([^"]+)" rel="next"/.exec(first.body)?.[1]);
    expect((await get(`/inbox${older}`)).body.match(/class="subject"/g)).toHaveLength(3);
    expect((await get('/inbox?search=Nummer+17')).body).toContain('1 Mail<');
    expect((await get('/inbox?search=100%25')).body).toContain('Keine Mail passt');
  });

  test('shows text, source and headers', async () => {
    const id = await seedMail();
    expect((await get(`/inbox/${id}?tab=headers`)).body).toContain('&lt;m1@pruefwerk.example&gt;');
    expect((await get(`/inbox/${id}?tab=source`)).body).toContain('Content-Type: text/html');
    expect((await get(`/inbox/${id}?tab=text`)).body).toContain('keinen Textteil');
  });
});

describe('the preview', () => {
  test('shows the real mail with its reasons and records nothing', async () => {
    await db.deleteFrom('shown_blocks').execute();
    const page = await get('/preview?customer=k1');
    for (const words of [
      'Firmware 4 für Ihren Laserdrucker LX',
      'Neu zu einem Produkt im Besitz',
      'Voreinstellung',
    ]) {
      expect(page.body).toContain(words);
    }
    const frame = unescaped(/<iframe [^>]*src="([^"]+)"/.exec(page.body)?.[1]);
    const mail = await get(`/${frame}`);
    expect(mail.body).toContain('Firmware 4 für Ihren Laserdrucker LX');
    expect(String(mail.headers['content-security-policy'])).toContain('sandbox');
    const answer = /\/a\/[\w-]{32}/.exec(mail.body)?.[0];
    expect((await get(String(answer))).body).toContain('Das war eine Vorschau');
    expect(await db.selectFrom('shown_blocks').select('send_id').execute()).toEqual([]);
  });

  test('of a campaign that has begun shows the content it was started with, and says so', async () => {
    const version = await web.options.content.keep();
    await db.updateTable('campaigns').set({ content_version: version }).execute();
    const words = join(web.templatesDir, 'mail', 'words.yaml');
    await writeFile(words, 'de:\n  subject: 1\n');
    const page = await get('/preview?customer=k1&campaign=herbst');
    expect(page.body).toContain('Zu sehen sind die Inhalte, mit denen diese Kampagne begonnen hat');
    expect(page.body).not.toContain('mail/words.yaml:');
    expect((await get('/preview/mail?customer=k1&campaign=herbst')).statusCode).toBe(200);
  });

  test('tries other innovation ratios without setting them', async () => {
    await db.deleteFrom('shown_blocks').execute();
    expect((await get('/preview?customer=k1&ratio=0')).body).not.toContain(EXPERIMENT);
    expect((await get('/preview?customer=k1&ratio=100')).body).toContain(EXPERIMENT);
    const { innovation_ratio } = await db
      .selectFrom('customers')
      .select('innovation_ratio')
      .executeTakeFirstOrThrow();
    expect(innovation_ratio).toBeNull();
  });

  test('says in words why somebody gets no mail', async () => {
    await db.updateTable('customers').set({ opted_out: true }).execute();
    expect((await get('/preview?customer=k1')).body).toContain('keine Werbung möchte');
    expect((await get('/preview?customer=nobody')).body).toContain('Diesen Kunden gibt es nicht');
  });

  test('warns when a campaign would pass the customer over today', async () => {
    await db.deleteFrom('shown_blocks').execute();
    await db.updateTable('sends').set({ sending_at: web.clock.now() }).execute();
    expect((await get('/preview?customer=k1')).body).toContain('Die letzte Mail ist noch zu kurz her');
  });

  test('finds customers by name, company, address and id', async () => {
    await seedSend(db, { id: 'k2', firstName: 'Ayşe', lastName: 'Öz', email: 'ayse@bau.example' });
    for (const search of ['k2', 'öz', 'Ayşe Öz', 'bau.example']) {
      const page = await get(`/preview?search=${encodeURIComponent(search)}`);
      expect(page.body).toContain('Ayşe Öz');
      expect(page.body.match(/<li><a href="\?/g)).toHaveLength(1);
    }
    expect((await get('/preview?search=%25')).body).toContain('Niemand gefunden');
  });

  test('shows mistakes with file, line and the lines around', async () => {
    await writeFile(join(web.libraryDir, 'offers', 'kaputt.yaml'), 'published: gestern\nbridges: []\n');
    const page = await get('/preview?customer=k1');
    expect(page.body).toContain('offers/kaputt.yaml:1:');
    expect(page.body).toContain('&gt; 1 | published: gestern');
  });

  test('shows mistakes in templates with file, line and the lines around', async () => {
    await writeFile(join(web.templatesDir, 'mail', 'words.yaml'), 'de:\n  subject: 1\n');
    const page = await get('/preview?customer=k1');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('mail/words.yaml:');
    expect(page.body).toContain('class="error"');
  });
});

describe('who is let in', () => {
  test('nobody from elsewhere or under another name, without a password', async () => {
    for (const url of [
      '/',
      '/inbox',
      '/preview',
      '/preview/mail?customer=k1',
      '/preview/events',
      '/campaigns/herbst',
      '/inbox/1/html',
    ]) {
      const named = await get(url, { host: 'evil.example' });
      expect([url, named.statusCode]).toEqual([url, 403]);
      const away = await web.app.inject({ url, headers: { host: 'localhost' }, remoteAddress: '192.0.2.7' });
      expect([url, away.statusCode]).toEqual([url, 403]);
      expect(away.body).not.toContain('herbst');
    }
  });

  test('recipients are, from anywhere and under any name', async () => {
    const url = new URL(web.links.unsubscribe(sendId)).pathname;
    const page = await web.app.inject({ url, headers: { host: 'news.example' }, remoteAddress: '192.0.2.7' });
    expect(page.statusCode).toBe(200);
  });

  test('only the signed-in, with a password', async () => {
    web = await webStand(db, { password: 'correct horse' });
    const closed = await get('/campaigns/herbst?state=sent', { host: 'news.example' });
    expect(closed.statusCode).toBe(401);
    expect(closed.body).toContain('name="next" value="/campaigns/herbst?state&#x3D;sent"');
    expect(closed.body).not.toContain('Herbst');

    const signIn = (password: string, headers: Record<string, string> = OWN) =>
      web.app.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: new URLSearchParams({ password, next: '/campaigns/herbst' }).toString(),
      });
    const wrong = await signIn('battery staple');
    expect([wrong.statusCode, wrong.headers['set-cookie']]).toEqual([401, undefined]);
    expect(
      (await signIn('correct horse', { host: 'localhost', 'sec-fetch-site': 'cross-site' })).statusCode,
    ).toBe(403);

    const right = await signIn('correct horse');
    expect([right.statusCode, right.headers.location]).toEqual([303, './campaigns/herbst']);
    const cookie = String(right.headers['set-cookie']).split(';')[0] ?? '';
    expect((await get('/campaigns/herbst', { cookie, host: 'news.example' })).statusCode).toBe(200);

    const out = await web.app.inject({ method: 'POST', url: '/sign-out', headers: { ...OWN, cookie } });
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
    expect(JSON.stringify(web.logged)).not.toContain('horse');
  });
});

test('a mistake in the program is not shown to anybody', async () => {
  await db.schema.alterTable('mailbox').renameTo('mailbox_away').execute();
  try {
    const page = await get('/inbox');
    expect(page.statusCode).toBe(500);
    expect(page.body).toContain('Da ist etwas schiefgegangen');
    expect(page.body).not.toContain('mailbox_away');
    expect(web.logged.find(({ event }) => event === 'error')?.fields).toMatchObject({
      route: '/inbox',
      status: 500,
    });
  } finally {
    await db.schema.alterTable('mailbox_away').renameTo('mailbox').execute();
  }
});

test('the nightly round, which the program names, is named in the language of the page', async () => {
  const now = new Date('2026-10-12T00:00:00Z');
  await createCampaign(db, { id: 'n', name: 'Nightly round 2026-10-12', kind: 'nightly', now });
  const body = async (path: string, language: string) =>
    (await get(path, { 'accept-language': language })).body;
  for (const path of ['/campaigns', '/campaigns/n']) {
    expect(await body(path, 'de')).toContain('Nächtliche Runde vom 12.10.2026');
    expect(await body(path, 'en')).toContain('Nightly round of 12 Oct 2026');
  }
});

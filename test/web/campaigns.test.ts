import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planAndEnqueue } from '../../jobs/plan.ts';
import { ApprovalError } from '../../src/campaign/approval.ts';
import type { Role } from '../../src/domain/person.ts';
import { createCampaign, getCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { listActs } from '../../src/people/audit.ts';
import { openQueues, type Queues } from '../../src/queue/queue.ts';
import { testDatabase } from '../stands/database.ts';
import { browserAt, INSTALLATION, person, signedIn } from './people/stand.ts';
import { seedSend, webStand } from './stand.ts';

const { db, url } = await testDatabase();
let queues: Queues;
/** Signing in takes a moment, on purpose: each does it once. */
const cookies = new Map<'anna' | 'ben' | 'vera', string>();

beforeAll(async () => {
  queues = openQueues({ databaseUrl: url });
  await queues.ready();
  await seedSend(db);
});
afterAll(() => queues.close());

/** The console, and two people, each at a browser of their own. */
async function twoPeople() {
  const web = await webStand(db, { password: INSTALLATION, queues });
  const at = async (who: 'anna' | 'ben' | 'vera', role: Role, name: string) => {
    const known = cookies.get(who);
    const browser = known
      ? browserAt(web.app, known)
      : await signedIn(web.app, (await person(db, role, name)).email);
    cookies.set(who, browser.cookie());
    return browser;
  };
  const [anna, ben] = [await at('anna', 'marketer', 'Anna Acht'), await at('ben', 'marketer', 'Ben Blau')];
  return { web, anna, ben, vera: () => at('vera', 'viewer', 'Vera Viel') };
}
type Browser = Awaited<ReturnType<typeof signedIn>>;

const fieldIn = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const bodyOf = (html: string) => html.slice(html.indexOf('<main'));

/** A campaign about the laser, through the first steps. @returns its id */
async function draftOf(browser: Browser, name: string): Promise<string> {
  const made = await browser.post('/campaigns', { name });
  const id = /campaigns\/([^/]+)\/setup/.exec(String(made.headers.location))?.[1] ?? '';
  const page = await browser.get(`/campaigns/${id}/setup/products`);
  const saved = await browser.post(`/campaigns/${id}/setup/products`, {
    revision: fieldIn(page.body, 'revision'),
    name,
    products: 'laser',
  });
  expect(saved.headers.location).toContain('/setup/audience');
  return id;
}

const actsOf = async (id: string) =>
  (await listActs(db, { limit: 50, subject: id })).map(({ action }) => action);
const planJobs = async (id: string) =>
  (await queues.queue<{ campaignId: string }>('plan').getJobs()).filter(({ data }) => data.campaignId === id)
    .length;

describe('the guided way', () => {
  test('keeps a draft from its name on, and each step saves it', async () => {
    const { anna } = await twoPeople();
    const id = await draftOf(anna, 'Neues zum Laser');
    expect(id).toBe('neues-zum-laser');
    expect((await anna.get(`/campaigns/${id}/setup/audience/counts`)).body).toContain('bekämen eine Mail');
    const content = await anna.get(`/campaigns/${id}/setup/content`);
    expect(content.body).toContain('Ein Tag am Laser');
    expect(content.body).toContain('Die Kamera liest mit');
    await anna.post(`/campaigns/${id}/setup/content`, {
      revision: fieldIn(content.body, 'revision'),
      developments: 'schulung',
    });
    const timing = await anna.get(`/campaigns/${id}/setup/timing`);
    const late = await anna.post(`/campaigns/${id}/setup/timing`, {
      revision: fieldIn(timing.body, 'revision'),
      ...{ when: 'at', at: '2026-10-01T08:00', spread: '0', inDoubt: 'hold' },
    });
    expect(late.statusCode).toBe(422);
    expect(late.body).toContain('Dieser Zeitpunkt ist vorbei');
    expect(fieldIn(late.body, 'at')).toBe('2026-10-01T08:00');
    const set = await anna.post(`/campaigns/${id}/setup/timing`, {
      revision: fieldIn(timing.body, 'revision'),
      ...{ when: 'at', at: '2026-10-20T08:00', spread: '4', inDoubt: 'hold' },
    });
    expect(set.headers.location).toContain('/setup/dry-run');
    expect(await getCampaign(db, id)).toMatchObject({
      state: 'draft',
      audience: { products: ['laser'], developments: ['schulung'] },
      startsAt: new Date('2026-10-20T06:00:00Z'),
      spreadHours: 4,
    });
    const start = await anna.get(`/campaigns/${id}/setup/start`);
    expect(start.body).toContain('Termin setzen');
    await anna.post(`/campaigns/${id}/setup/start`, { revision: fieldIn(start.body, 'revision') });
    expect((await getCampaign(db, id)).state).toBe('scheduled');
    // and back: a date can be taken away
    await anna.post(`/campaigns/${id}/unschedule`);
    expect((await getCampaign(db, id)).state).toBe('draft');
    expect(await planJobs(id)).toBe(0);
  });

  test('lists what is about a chosen product’s family, and says that offers come from more', async () => {
    const { web, anna } = await twoPeople();
    const id = await draftOf(anna, 'Familie');
    const file = (name: string) => join(web.libraryDir, name);
    for (const name of ['developments/schulung.yaml', 'offers/kamera.yaml']) {
      const text = await readFile(file(name), 'utf8');
      await writeFile(
        file(name),
        text
          .replace('products: [laser]', 'families: [Kennzeichnen]')
          .replace('product: laser', 'family: Kennzeichnen'),
      );
    }
    await expect
      .poll(async () => {
        const { library } = await web.options.content.library();
        return library.developments.get('schulung')?.families;
      })
      .toEqual(['Kennzeichnen']);
    const content = bodyOf((await anna.get(`/campaigns/${id}/setup/content`)).body);
    expect(content).toContain('Ein Tag am Laser');
    expect(content).toContain('Die Kamera liest mit');
    expect(content).toContain('an andere Produkte anknüpfen');
  });

  test('never drops a time that somebody typed, and lets a saved one go', async () => {
    const { anna } = await twoPeople();
    const id = await draftOf(anna, 'Zeit eingetippt');
    const time = async (fields: Record<string, string>) =>
      anna.post(`/campaigns/${id}/setup/timing`, {
        revision: fieldIn((await anna.get(`/campaigns/${id}/setup/timing`)).body, 'revision'),
        ...{ at: '2026-10-20T08:00', spread: '4', inDoubt: 'hold', ...fields },
      });
    const unclear = await time({ when: 'now' });
    expect(unclear.statusCode).toBe(422);
    expect(unclear.body).toContain('gewählt ist aber der Start von Hand');
    expect(fieldIn(unclear.body, 'at')).toBe('2026-10-20T08:00');
    expect(unclear.body).toContain('max="168" value="4"');
    await time({ when: 'at' });
    expect((await time({ when: 'now', at: '2026-10-21T08:00' })).statusCode).toBe(422);
    expect((await time({ when: 'now' })).statusCode).toBe(303);
    expect((await getCampaign(db, id)).startsAt).toBeNull();
  });

  test('is for marketers: a viewer sees the campaign, and no button', async () => {
    const { anna, vera: viewer } = await twoPeople();
    const id = await draftOf(anna, 'Nur ansehen');
    const vera = await viewer();
    const page = await vera.get(`/campaigns/${id}`);
    expect(page.statusCode).toBe(200);
    expect(bodyOf(page.body)).not.toMatch(/<form|\/setup/);
    expect((await vera.get(`/campaigns/${id}/setup/start`)).statusCode).toBe(403);
    expect((await vera.post(`/campaigns/${id}/setup/start`)).statusCode).toBe(403);
  });

  test('says that content is broken, and prepares nothing meanwhile', async () => {
    const { web, anna } = await twoPeople();
    const id = await draftOf(anna, 'Kaputt');
    await writeFile(join(web.libraryDir, 'developments', 'firmware.yaml'), 'kind: unsinn\n');
    await expect.poll(async () => (await anna.get(`/campaigns/${id}/setup/content`)).statusCode).toBe(503);
    expect((await anna.get(`/campaigns/${id}/setup/content`)).body).toContain('firmware.yaml');
  });
});

describe('two people at once', () => {
  test('start a campaign once; the second is told who was quicker', async () => {
    const { anna, ben } = await twoPeople();
    const id = await draftOf(anna, 'Doppelt gestartet');
    const pages = await Promise.all([anna, ben].map((each) => each.get(`/campaigns/${id}/setup/start`)));
    const answers = await Promise.all(
      [anna, ben].map((each, i) =>
        each.post(`/campaigns/${id}/setup/start`, { revision: fieldIn(pages[i]?.body ?? '', 'revision') }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    const told = answers.map(({ headers }) => String(headers.location).includes('told=done_before'));
    expect(told.filter(Boolean)).toHaveLength(1);
    const [second, first] = told[0] ? [anna, 'Ben Blau'] : [ben, 'Anna Acht'];
    const page = await second.get(`/campaigns/${id}?told=done_before`);
    expect(page.body).toContain('Das war schon geschehen.');
    expect(bodyOf(page.body)).toContain(first);
    expect(await planJobs(id)).toBe(1);
    expect((await actsOf(id)).filter((act) => act === 'campaign_started')).toHaveLength(1);
  });

  test('change a draft: the second is told, sees both, and loses nothing', async () => {
    const { anna, ben } = await twoPeople();
    const id = await draftOf(anna, 'Gemeinsam');
    const page = await anna.get(`/campaigns/${id}/setup/products`);
    const revision = fieldIn(page.body, 'revision');
    const answers = await Promise.all([
      anna.post(`/campaigns/${id}/setup/products`, { revision, name: 'Annas Name', products: 'laser' }),
      ben.post(`/campaigns/${id}/setup/products`, { revision, name: 'Bens Name', families: 'Kennzeichnen' }),
    ]);
    const codes = answers.map(({ statusCode }) => statusCode);
    expect([...codes].sort()).toEqual([303, 409]);
    const late = answers[codes.indexOf(409)];
    const [own, other, who] =
      codes[0] === 409 ? ['Annas Name', 'Bens Name', 'Ben Blau'] : ['Bens Name', 'Annas Name', 'Anna Acht'];
    expect((await getCampaign(db, id)).name).toBe(other);
    expect(late?.body).toContain(`value="${own}"`);
    expect(bodyOf(late?.body ?? '')).toContain(who);
    // what the other one saved can be read beside it
    expect(bodyOf(late?.body ?? '')).toContain(other);
    // having seen it, the second may decide
    const again = await (codes[0] === 409 ? anna : ben).post(`/campaigns/${id}/setup/products`, {
      revision: fieldIn(late?.body ?? '', 'revision'),
      name: own ?? '',
      products: 'laser',
    });
    expect(again.statusCode).toBe(303);
    expect((await getCampaign(db, id)).name).toBe(own);
  });

  test('one starts what the other has changed since: nothing starts', async () => {
    const { anna, ben } = await twoPeople();
    const id = await draftOf(anna, 'Noch geändert');
    const seen = fieldIn((await ben.get(`/campaigns/${id}/setup/start`)).body, 'revision');
    await anna.post(`/campaigns/${id}/setup/products`, { revision: seen, name: 'Anders', products: 'laser' });
    const answer = await ben.post(`/campaigns/${id}/setup/start`, { revision: seen });
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('inzwischen geändert');
    expect(bodyOf(answer.body)).toContain('Zuletzt: Anna Acht');
    expect((await getCampaign(db, id)).state).toBe('draft');
    // and who changes what has started is sent to where it stands
    const fresh = fieldIn(answer.body, 'revision');
    await ben.post(`/campaigns/${id}/setup/start`, { revision: fresh });
    const late = await anna.post(`/campaigns/${id}/setup/products`, { revision: fresh, name: 'Zu spät' });
    expect(late.headers.location).toContain(`${id}?told=not_now`);
    expect((await getCampaign(db, id)).name).toBe('Anders');
  });

  test('pause, resume and cancel: exactly one of each, whoever presses first', async () => {
    const { anna, ben } = await twoPeople();
    await createCampaign(db, { id: 'laeuft', name: 'Läuft', kind: 'adhoc', now: new Date() });
    for (const to of ['planning', 'running'] as const)
      await moveCampaign(db, 'laeuft', to, { now: new Date() });
    await db
      .insertInto('sends')
      .values({ campaign_id: 'laeuft', customer_id: 'k1', chunk: 0, state: 'planned' })
      .execute();
    await db.updateTable('campaigns').set({ candidates: 1, planned: 1 }).where('id', '=', 'laeuft').execute();
    for (const step of ['pause', 'resume', 'cancel']) {
      const answers = await Promise.all([anna, ben].map((each) => each.post(`/campaigns/laeuft/${step}`)));
      const told = answers.filter(({ headers }) => String(headers.location).includes('told=done_before'));
      expect(told, step).toHaveLength(1);
    }
    expect(await actsOf('laeuft')).toEqual(['campaign_cancelled', 'campaign_resumed', 'campaign_paused']);
    expect((await anna.post('/campaigns/laeuft/resume')).headers.location).toContain('told=not_now');
    const send = await db.selectFrom('sends').select('state').where('campaign_id', '=', 'laeuft').execute();
    expect(send).toEqual([{ state: 'skipped' }]);
  });
});

describe('a second person’s approval', () => {
  async function withApproval() {
    const people = await twoPeople();
    const settings = join(people.web.libraryDir, 'settings.yaml');
    await writeFile(settings, `${await readFile(settings, 'utf8')}campaigns: { approval: second_person }\n`);
    await expect
      .poll(async () => (await people.web.options.content.library()).library.settings.campaigns.approval)
      .toBe('second_person');
    return people;
  }
  const answer = async (browser: Browser, id: string, as: string, more = {}) => {
    const page = await browser.get(`/campaigns/${id}/setup/approval`);
    return browser.post(`/campaigns/${id}/setup/approval`, {
      as,
      revision: fieldIn(page.body, 'revision'),
      version: fieldIn(page.body, 'version'),
      ...more,
    });
  };
  /** With a form as it would be, though the page has no button before it is approved. */
  const start = async (browser: Browser, id: string) => {
    const page = await browser.get(`/campaigns/${id}/setup/products`);
    return browser.post(`/campaigns/${id}/setup/start`, { revision: fieldIn(page.body, 'revision') });
  };

  test('is asked of one and given by another; only then it starts', async () => {
    const { web, anna, ben } = await withApproval();
    const id = await draftOf(anna, 'Zu zweit');
    const lastStep = async () => bodyOf((await anna.get(`/campaigns/${id}/setup/start`)).body);
    expect(await lastStep()).toMatch(/fehlt noch die Freigabe[^<]*<a href="approval">/);
    expect(await lastStep()).not.toContain('Jetzt starten');
    const refused = await start(anna, id);
    expect(refused.statusCode).toBe(409);
    expect(refused.body).toContain('fehlt noch die Freigabe');
    await answer(anna, id, 'ask');
    expect((await anna.get(`/campaigns/${id}/setup/approval`)).body).toContain(
      'Freigeben muss jemand anderes',
    );
    expect((await answer(anna, id, 'yes')).statusCode).toBe(409);
    // the command line waits as well
    const tools = { ...web.options, queues, randomKey: 'tests' };
    await expect(planAndEnqueue(tools, id)).rejects.toThrow(ApprovalError);
    expect((await start(anna, id)).statusCode).toBe(409);
    expect((await answer(ben, id, 'yes')).statusCode).toBe(303);
    expect(await lastStep()).toContain('Jetzt starten');
    expect((await start(anna, id)).statusCode).toBe(303);
    expect((await getCampaign(db, id)).state).toBe('planning');
    expect(await actsOf(id)).toEqual(expect.arrayContaining(['approval_asked', 'approval_given']));
  });

  test('goes with any change, of the campaign or of its content', async () => {
    const { web, anna, ben } = await withApproval();
    const id = await draftOf(anna, 'Geändert');
    await answer(anna, id, 'ask');
    const seen = await ben.get(`/campaigns/${id}/setup/approval`);
    const firmware = join(web.libraryDir, 'developments', 'firmware.yaml');
    await writeFile(firmware, (await readFile(firmware, 'utf8')).replace('Neu und schnell', 'Ganz anders'));
    // what Ben agrees to is not what it says now
    const agreed = await ben.post(`/campaigns/${id}/setup/approval`, {
      as: 'yes',
      revision: fieldIn(seen.body, 'revision'),
      version: fieldIn(seen.body, 'version'),
    });
    expect(agreed.statusCode).toBe(409);
    expect((await start(anna, id)).statusCode).toBe(409);
    await answer(anna, id, 'ask');
    expect((await answer(ben, id, 'yes')).statusCode).toBe(303);
    const page = await anna.get(`/campaigns/${id}/setup/products`);
    const revision = fieldIn(page.body, 'revision');
    await anna.post(`/campaigns/${id}/setup/products`, { revision, name: 'Geändert', products: 'laser' });
    expect((await start(anna, id)).statusCode).toBe(409);
    expect((await getCampaign(db, id)).state).toBe('draft');
  });

  test('can be refused, with a reason that stays on record', async () => {
    const { anna, ben } = await withApproval();
    const id = await draftOf(anna, 'Abgelehnt');
    await answer(anna, id, 'ask');
    await answer(ben, id, 'no', { why: 'Der Preis fehlt, sagt kim@kunde.example' });
    expect((await start(anna, id)).statusCode).toBe(409);
    const told = bodyOf((await anna.get(`/campaigns/${id}/setup/approval`)).body);
    expect(told).toMatch(
      /Ben Blau hat am [^<]* nicht freigegeben\. <q>Der Preis fehlt, sagt \[address\]<\/q>/,
    );
    expect(JSON.stringify(await listActs(db, { limit: 50, subject: id }))).not.toContain('kunde.example');
    expect(bodyOf((await anna.get(`/campaigns/${id}`)).body)).toContain('Der Preis fehlt');
  });
});

describe('a campaign’s page', () => {
  test('hears of what others do, and its line ends when nothing moves any more', async () => {
    const { anna, ben } = await twoPeople();
    await createCampaign(db, { id: 'live', name: 'Live', kind: 'adhoc', now: new Date() });
    for (const to of ['planning', 'running'] as const)
      await moveCampaign(db, 'live', to, { now: new Date() });
    expect((await anna.get('/campaigns/live')).body).toContain('data-stream="live/events?state=running"');
    const [running] = await Promise.all([
      anna.get('/campaigns/live/events?state=running'),
      ben.post('/campaigns/live/pause'),
    ]);
    expect(running.headers['content-type']).toContain('text/event-stream');
    expect(running.body).toMatch(/event: piece\ndata: "[^\n]*"\n\n[\s\S]*event: done\n/);
    // a page that shows what is no longer so is told at once
    expect((await anna.get('/campaigns/live/events?state=running')).body).toContain('event: done');
    const [paused] = await Promise.all([
      anna.get('/campaigns/live/events?state=paused'),
      ben.post('/campaigns/live/cancel'),
    ]);
    expect(paused.body).toContain('event: done');
    expect((await anna.get('/campaigns/live')).body).not.toContain('data-stream');
  });
});

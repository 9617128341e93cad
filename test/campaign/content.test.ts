import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from 'bullmq';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliver, runDeliver } from '../../jobs/deliver.ts';
import { nightlyRound } from '../../jobs/nightly.ts';
import { planAndEnqueue } from '../../jobs/plan.ts';
import type { JobTools } from '../../jobs/tools.ts';
import { CHUNK } from '../../src/campaign/chunks.ts';
import { campaignContent, refreshContent } from '../../src/campaign/content.ts';
import { planCampaign } from '../../src/campaign/plan.ts';
import { cancelCampaign, createCampaign, getCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { openQueues, type Queues } from '../../src/queue/queue.ts';
import { contentSource } from '../../src/render/content.ts';
import { seedCustomers } from '../stands/company.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { type DeliveryStand, deliveryStand, PUBLIC_URL } from '../stands/delivery.ts';
import { type SmtpStand, smtpStand } from '../stands/smtp.ts';
import { scriptedCrm } from '../sync/scripted-crm.ts';
import { smallLibrary } from '../web/small-library.ts';

const now = () => new Date('2026-11-23T09:00:00Z');
let database: TestDatabase;
let smtp: SmtpStand;
let stand: DeliveryStand;
let queues: Queues;
let folders: Awaited<ReturnType<typeof smallLibrary>>;
let tools: JobTools;
let campaigns = 0;
let id: string;

beforeAll(async () => {
  database = await testDatabase();
  await seedCustomers(database.db, CHUNK + 5);
  await database.db.updateTable('products').set({ sku: 'LASER' }).where('id', '=', 'p1').execute();
  smtp = await smtpStand();
  queues = openQueues({ databaseUrl: database.url });
  stand = await deliveryStand({ ...database, databaseUrl: database.url, smtpUrl: smtp.url, now });
});
afterAll(async () => {
  await queues.close();
  await stand.close();
  await smtp.stop();
});
beforeEach(async () => {
  for (const table of ['shown_blocks', 'sends'] as const) await database.db.deleteFrom(table).execute();
  smtp.received.length = 0;
  folders = await smallLibrary();
  // One development is left, so that every mail tells it.
  for (const other of ['offers', 'developments/firmware.yaml'])
    await rm(join(folders.libraryDir, other), { recursive: true });
  tools = {
    ...stand.context,
    queues,
    content: contentSource({ ...folders, publicUrl: PUBLIC_URL, db: database.db }),
    crm: async () => ({ ...scriptedCrm([]), source: 'test' }),
    log: () => {},
    alert: async () => {},
    sendReport: null,
    publicUrl: PUBLIC_URL,
    signal: new AbortController().signal,
  };
  id = `c${++campaigns}`;
  await createCampaign(database.db, { id, name: id, kind: 'adhoc', now: now() });
});

const campaign = () => getCampaign(database.db, id);
const SCHULUNG = 'developments/schulung.yaml';
const write = (headline: string) =>
  writeFile(
    join(folders.libraryDir, SCHULUNG),
    `kind: training
products: [laser]
published: 2025-01-01
de: { headline: "${headline}", body: Kommen Sie vorbei. }
en: { headline: "${headline}", body: Come and see. }
`,
  );
const runChunk = async (chunk: number) => {
  const { name, data } = deliver.entry({ campaignId: id, chunk });
  await runDeliver(tools, { name, data } as Job);
};
/** How many of the mails received so far say this. */
const saying = async (text: string) => {
  const mails = await Promise.all(smtp.received.map(({ raw }) => simpleParser(raw)));
  return mails.filter((mail) => mail.text?.includes(text)).length;
};

describe('a campaign that has begun', () => {
  it('goes with the content it was started with, until it is refreshed: then from the next group on', async () => {
    await planAndEnqueue(tools, id);
    const started = (await campaign()).contentVersion;
    expect(started).toMatch(/^[0-9a-f]{64}$/);
    await write('Zwei Tage am Laser');
    await runChunk(0);
    expect(smtp.received).toHaveLength(CHUNK);
    expect(await saying('Ein Tag am Laser')).toBe(CHUNK);
    expect(await refreshContent(tools, id)).toMatchObject({
      before: started,
      after: expect.not.stringContaining(started ?? ''),
      changes: { changed: [`library/${SCHULUNG}`], added: [], removed: [] },
    });
    await runChunk(1);
    expect(await saying('Zwei Tage am Laser')).toBe(5);
    expect(await campaign()).toMatchObject({ state: 'finished' });
  });

  it('goes on while the files that people edit are broken or gone', async () => {
    await planAndEnqueue(tools, id);
    await rm(folders.libraryDir, { recursive: true });
    await runChunk(1);
    expect(await saying('Ein Tag am Laser')).toBe(5);
    expect((await campaign()).attention).toBeNull();
  });

  it('keeps its content when the new one is broken or says nothing, or is the same', async () => {
    await planAndEnqueue(tools, id);
    const { contentVersion } = await campaign();
    expect(await refreshContent(tools, id)).toMatchObject({
      before: contentVersion,
      after: contentVersion,
      changes: { changed: [], added: [], removed: [] },
    });
    await write('{{nonsense}}');
    await expect(refreshContent(tools, id)).rejects.toThrow(/schulung\.yaml/);
    await rm(join(folders.libraryDir, 'developments'), { recursive: true });
    await expect(refreshContent(tools, id)).rejects.toThrow(/no developments/);
    expect(await campaign()).toMatchObject({ state: 'running', contentVersion });
  });

  it('shows what keeps it from going on, and how to go on', async () => {
    await planAndEnqueue(tools, id);
    await database.db.deleteFrom('content_versions').execute();
    tools.content = contentSource({ ...folders, publicUrl: PUBLIC_URL, db: database.db });
    await expect(runChunk(1)).rejects.toThrow(/not in the database/);
    expect((await campaign()).attention).toContain(`spielbein campaign refresh ${id}`);
    await refreshContent(tools, id);
    await runChunk(1);
    expect(smtp.received).toHaveLength(5);
    expect((await campaign()).attention).toBeNull();
  });
});

describe('the start', () => {
  it('with broken content is refused, is shown at the campaign, and succeeds once it is mended', async () => {
    await write('{{nonsense}}');
    await expect(planAndEnqueue(tools, id)).rejects.toMatchObject({ name: 'LibraryError' });
    expect(await campaign()).toMatchObject({
      state: 'draft',
      candidates: null,
      contentVersion: null,
      attention: expect.stringContaining('schulung.yaml:4'),
    });
    await write('Drei Tage');
    await planAndEnqueue(tools, id);
    expect(await campaign()).toMatchObject({ state: 'running', attention: null });
    const content = await campaignContent(tools.content, await campaign());
    expect(content.library.developments.get('schulung')?.de?.headline).toBe('Drei Tage');
  });

  it('of planning that died goes on with what it was begun with, and with nothing else', async () => {
    const dying = new AbortController();
    await expect(
      planAndEnqueue({ ...tools, signal: dying.signal }, id, () => dying.abort()),
    ).rejects.toThrow();
    const begun = await campaign();
    expect(begun).toMatchObject({ state: 'planning', contentVersion: expect.any(String) });
    await write('Zwei Tage am Laser');
    const content = await tools.content.current();
    const contentVersion = await tools.content.keep();
    expect(await planCampaign({ ...tools, content, contentVersion }, begun)).toBeNull();
    expect(await planAndEnqueue(tools, id)).toMatchObject({ planned: CHUNK + 5 });
    expect((await campaign()).contentVersion).toBe(begun.contentVersion);
  });

  it('that finds nobody is none: the next one takes the content of then', async () => {
    await database.db
      .updateTable('campaigns')
      .set({ audience: JSON.stringify({ families: ['Wägen'] }) })
      .where('id', '=', id)
      .execute();
    await planAndEnqueue(tools, id);
    expect(await campaign()).toMatchObject({ state: 'draft', planned: 0, contentVersion: null });
  });

  it('of a nightly round fails before there is a campaign', async () => {
    await writeFile(join(folders.templatesDir, 'mail/newsletter.txt'), 'Guten Tag {{#each}');
    await expect(nightlyRound(tools)).rejects.toMatchObject({ name: 'TemplateError' });
    await expect(getCampaign(database.db, 'nightly-2026-11-23')).rejects.toThrow(/no campaign/);
  });
});

describe('a refresh', () => {
  it('is for campaigns that have begun and are not over', async () => {
    await expect(refreshContent(tools, id)).rejects.toThrow(/is draft: it takes the content of the moment/);
    await planAndEnqueue(tools, id);
    await moveCampaign(database.db, id, 'paused', { now: now(), attention: 'a reason' });
    await refreshContent(tools, id);
    expect(await campaign()).toMatchObject({ state: 'paused', attention: 'a reason' });
    await cancelCampaign(database.db, id, now());
    await expect(refreshContent(tools, id)).rejects.toThrow(/is cancelled: nothing of it/);
  });
});

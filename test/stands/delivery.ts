import { resolve } from 'node:path';
import { planCampaign } from '../../src/campaign/plan.ts';
import type { Database } from '../../src/db/connect.ts';
import type { DeliverContext } from '../../src/deliver/context.ts';
import { type ChunkEnd, deliverChunk } from '../../src/deliver/deliver-chunk.ts';
import { createEncoder } from '../../src/deliver/encode.ts';
import { createMailer } from '../../src/deliver/mailer.ts';
import { smtpTransport } from '../../src/deliver/transport.ts';
import type { CampaignAudience } from '../../src/domain/send.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { markQueued, openChunks } from '../../src/ledger/open-sends.ts';
import { openSendLedger } from '../../src/ledger/send-ledger.ts';
import { holdWorkerLock } from '../../src/ledger/worker-lock.ts';
import { createLinks } from '../../src/links/links.ts';
import { contentSource } from '../../src/render/content.ts';

export const LIBRARY = resolve(import.meta.dirname, '../../templates/library');
export const TEMPLATES = resolve(import.meta.dirname, '../../templates');
export const PUBLIC_URL = 'https://news.orvelin.test';
export const SECRET = 'a secret that only these tests know, of some length';

export interface DeliveryStand {
  context: DeliverContext;
  /** Creates and plans a campaign. */
  plan(id: string, audience?: CampaignAudience): Promise<void>;
  /** Works off everything that is due now, as the jobs would. */
  deliver(campaignId: string): Promise<ChunkEnd[]>;
  close(): Promise<void>;
}

/** The delivering part without the queue: real database, real content, real SMTP, one worker. */
export async function deliveryStand(given: {
  db: Database;
  databaseUrl: string;
  smtpUrl: string;
  now?: () => Date;
  libraryDir?: string;
}): Promise<DeliveryStand> {
  const now = given.now ?? (() => new Date());
  const randomKey = 'tests';
  const links = createLinks({ secret: SECRET, publicUrl: PUBLIC_URL, now });
  const content = await contentSource({
    db: given.db,
    libraryDir: given.libraryDir ?? LIBRARY,
    templatesDir: TEMPLATES,
    publicUrl: PUBLIC_URL,
  }).current();
  const from = { name: 'Orvelin Werke', address: 'news@orvelin.test' };
  const worker = await holdWorkerLock(given.databaseUrl);
  const context: DeliverContext = {
    db: given.db,
    content,
    mailer: createMailer({
      from,
      replyTo: null,
      links,
      randomKey,
      encode: createEncoder({ dkim: null }),
      returnPaths: null,
    }),
    transport: smtpTransport(given.smtpUrl),
    worker,
    ledger: openSendLedger({ db: given.db, worker, now }),
    sendTime: (at) => at,
    randomKey,
    now,
  };
  return {
    context,
    async plan(id, audience = {}) {
      const { campaign } = await createCampaign(given.db, {
        id,
        name: id,
        kind: 'adhoc',
        audience,
        now: now(),
      });
      await planCampaign(context, campaign);
    },
    async deliver(campaignId) {
      const ends: ChunkEnd[] = [];
      const chunks = (await openChunks(given.db, campaignId)).map(({ chunk }) => chunk);
      await markQueued(given.db, campaignId, chunks);
      for (const chunk of chunks) {
        ends.push(await deliverChunk(context, { campaignId, chunk }));
      }
      return ends;
    },
    async close() {
      await context.transport.close();
      await context.worker.release();
    },
  };
}

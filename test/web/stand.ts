import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { type Config, Secret } from '../../src/config.ts';
import type { Database } from '../../src/db/connect.ts';
import type { Composition } from '../../src/domain/composition.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { createLinks, type Links } from '../../src/links/links.ts';
import { contentSource } from '../../src/render/content.ts';
import type { WebOptions } from '../../src/web/context.ts';
import { createWeb } from '../../src/web/web.ts';
import { type ManualClock, manualClock } from '../stands/clock.ts';
import { smallLibrary } from './small-library.ts';

export const SECRET = 'a secret of the web tests, long enough';

export interface WebStand {
  app: FastifyInstance;
  options: WebOptions;
  links: Links;
  clock: ManualClock;
  libraryDir: string;
  templatesDir: string;
  /** What was logged. */
  logged: { event: string; fields: Record<string, unknown> }[];
}

/** The whole web part on a real database and real content, without a port. */
export async function webStand(
  db: Database,
  given: {
    password?: string;
    publicUrl?: string;
    port?: number;
    webhooks?: Partial<Config['webhooks']>;
    fetchText?: WebOptions['fetchText'];
    /** The secret of HubSpot's webhooks. */
    hubspotSecret?: string;
    crmEventsWait?: WebOptions['crmEventsWait'];
    queues?: WebOptions['queues'];
    /** Another library than the little one. */
    libraryDir?: string;
  } = {},
): Promise<WebStand> {
  const publicUrl = given.publicUrl ?? 'http://localhost:3000';
  const clock = manualClock('2026-10-12T09:00:00Z');
  const small = await smallLibrary();
  const { templatesDir } = small;
  const libraryDir = given.libraryDir ?? small.libraryDir;
  const links = createLinks({ secret: SECRET, publicUrl, now: clock.now });
  const logged: WebStand['logged'] = [];
  const options: WebOptions = {
    db,
    config: {
      host: '127.0.0.1',
      port: given.port ?? 0,
      publicUrl,
      password: given.password === undefined ? null : new Secret(given.password),
      templatesDir,
      libraryDir,
      webhooks: {
        sesTopicArn: null,
        mailgunSigningKey: null,
        postmarkPassword: null,
        ...given.webhooks,
      },
      hubspot: {
        accessToken: new Secret('a token'),
        baseUrl: 'http://127.0.0.1:1',
        apiVersion: 'v3',
        webhookSecret: given.hubspotSecret === undefined ? null : new Secret(given.hubspotSecret),
      },
    },
    fetchText: given.fetchText,
    crmEventsWait: given.crmEventsWait,
    queues: given.queues,
    content: contentSource({ db, libraryDir, templatesDir, publicUrl }),
    secret: SECRET,
    randomKey: 'tests',
    links,
    now: clock.now,
    log: (event, fields) => logged.push({ event, fields }),
  };
  const app = await createWeb(options);
  onTestFinished(() => app.close());
  return { app, options, links, clock, libraryDir, templatesDir, logged };
}

/** The path of a link in a mail: what a browser asks the server for. */
export const pathOf = (url: string): string => new URL(url).pathname;

/** Kim Beispiel owns a laser; a mail with two developments and an offer was sent to them. */
export async function seedSend(
  db: Database,
  given: { id: string; email?: string; firstName?: string; lastName?: string; language?: 'de' | 'en' } = {
    id: 'k1',
  },
): Promise<number> {
  const email = given.email ?? `${given.id}@kunde.example`;
  await db
    .insertInto('products')
    .values({ id: 'p1', source: 'test', sku: 'LASER', name: 'Laser aus dem CRM', family: 'Kennzeichnen' })
    .onConflict((oc) => oc.doNothing())
    .execute();
  await db
    .insertInto('customers')
    .values({
      id: given.id,
      source: 'test',
      email,
      first_name: given.firstName ?? 'Kim',
      last_name: given.lastName ?? 'Beispiel',
      language: given.language ?? 'de',
      consent: 'consent',
      opted_out: false,
      bounced: false,
    })
    .execute();
  await db
    .insertInto('purchases')
    .values({
      id: 'deal',
      customer_id: given.id,
      source: 'test',
      product_id: 'p1',
      quantity: 1,
      purchased_on: '2024-03-01',
      status: 'kept',
    })
    .execute();
  await createCampaign(db, {
    id: 'herbst',
    name: 'Herbst',
    kind: 'adhoc',
    now: new Date('2026-10-10T00:00:00Z'),
  });
  const composition = compositionOf(given.language ?? 'de');
  const { id: sendId } = await db
    .insertInto('sends')
    .values({
      campaign_id: 'herbst',
      customer_id: given.id,
      chunk: 0,
      state: 'sent',
      email_key: email.toLowerCase(),
      subject: 'Weiterentwicklungen für Ihren Laserdrucker LX',
      composition: JSON.stringify(composition),
      settled_at: new Date('2026-10-10T08:00:00Z'),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('shown_blocks')
    .values(
      composition.blocks.map((block, position) => ({
        send_id: sendId,
        position,
        customer_id: given.id,
        campaign_id: 'herbst',
        kind: block.kind,
        content_id: block.contentId,
        variant_id: block.variantId,
        product_key: block.productKey,
        probability: block.probability,
        shown_at: new Date('2026-10-10T08:00:00Z'),
      })),
    )
    .execute();
  return sendId;
}

function compositionOf(language: 'de' | 'en'): Composition {
  const proven = (contentId: string) => ({
    kind: 'proven' as const,
    contentId,
    variantId: 'base',
    productKey: 'laser',
    probability: 1,
    reason: 'unseen_development' as const,
  });
  return {
    blocks: [
      proven('firmware'),
      proven('schulung'),
      { ...proven('kamera'), kind: 'experimental', probability: 0.5, reason: 'experiment_due' },
    ],
    left: [{ contentId: 'messe', kind: 'experimental', reason: 'consent_needed' }],
    language,
    ratio: { value: 0.25, source: 'company' },
    experimentsDue: 1,
    account: {
      before: { wanted: 0, given: 0, forgiven: 0 },
      after: { wanted: 7500, given: 1, forgiven: 0 },
    },
    seed: 'k1|herbst',
  };
}

import type { FastifyInstance } from 'fastify';
import type { ProviderReport } from '../../feedback/providers/reading.ts';
import { takeIn } from '../../feedback/providers/take-in.ts';
import { settingsFile } from '../../library/schema.ts';
import type { WebContext } from '../context.ts';
import { fetchText } from './fetch-text.ts';
import { hubspotWebhook } from './hubspot.ts';
import { mailgunWebhook } from './mailgun.ts';
import { postmarkWebhook } from './postmark.ts';
import { sesWebhook } from './ses.ts';
import type { Webhook } from './webhook.ts';

/** Postmark may send the whole returned mail along. */
const BODY_BYTES = 1_048_576;

/**
 * Where mail providers report bounces and complaints, and HubSpot what has changed (docs/webhooks.md). What is not
 * configured does not exist. They get short plain answers: they read the status alone.
 */
export async function webhookRoutes(app: FastifyInstance, context: WebContext): Promise<void> {
  const { webhooks, hubspot } = context.config;
  app.removeAllContentTypeParsers();
  // as it came, whatever it calls itself: SNS sends JSON as text/plain
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: BODY_BYTES },
    async (_request: unknown, body: Buffer) => body,
  );

  const add = (source: ProviderReport['source'], webhook: Webhook) => {
    app.post(`/webhooks/${source}`, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const now = context.now();
      const answer = (status: number, text: string) =>
        reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
      const reading = await webhook({ body, headers: request.headers, now });
      if ('refused' in reading) {
        context.log('webhook_refused', { source, reason: reading.refused });
        return answer(403, 'This does not prove to come from the provider.');
      }
      if ('later' in reading) {
        context.log('webhook_refused', { source, reason: reading.later });
        return answer(503, 'Please come again later.');
      }
      const tools = { db: context.db, links: context.links, softBounces: await softBounces(context), now };
      const taken = await takeIn(tools, reading, { source, body });
      const why = reading.kind === 'ignored' ? reading.why : null;
      context.log('webhook', { source, ...taken, why });
      return taken.outcome === 'left' ? answer(503, 'Please come again later.') : answer(200, 'Thank you.');
    });
  };
  if (webhooks?.sesTopicArn) add('ses', sesWebhook(webhooks.sesTopicArn, context.fetchText ?? fetchText));
  if (webhooks?.mailgunSigningKey)
    add('mailgun', mailgunWebhook(webhooks.mailgunSigningKey.reveal(), context.db));
  if (webhooks?.postmarkPassword) add('postmark', postmarkWebhook(webhooks.postmarkPassword.reveal()));
  if (hubspot?.webhookSecret) hubspotWebhook(app, context, hubspot.webhookSecret.reveal());
}

/** From the last good library; bounces must be counted while somebody is half-way through an edit. */
async function softBounces({ publicContent }: WebContext): Promise<number> {
  const library = await publicContent.library();
  return library?.settings.delivery.softBounces ?? settingsFile.shape.delivery.parse(undefined).softBounces;
}

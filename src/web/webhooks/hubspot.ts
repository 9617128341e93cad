import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseJson } from '../../feedback/providers/reading.ts';
import { readEvents } from '../../sync/hubspot/events.ts';
import { type CrmEvent, keepEvents } from '../../sync/inbox.ts';
import type { WebContext } from '../context.ts';
import { isRecent, isSignedByHubSpot, signatureOf } from './hubspot-signature.ts';

/** A hundred events, each with the value of a property; long texts have up to 65,536 characters. */
const BODY_BYTES = 8 * 1_048_576;
/** Kinds of events that were told of, at most. */
const TOLD = 100;

/**
 * Where HubSpot says what has changed (docs/webhooks.md). The events are stored, and that is all: HubSpot waits for five
 * seconds at most, so it is asked for the records later, by a job.
 */
export function hubspotWebhook(app: FastifyInstance, context: WebContext, secret: string): void {
  const { publicUrl } = context.config;
  const tellUnknown = oncePerKind((kind) => context.log('webhook_unknown', { source: 'hubspot', kind }));

  const answer = (reply: FastifyReply, status: number, text: string) =>
    reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
  const refuse = (reply: FastifyReply, reason: string) => {
    context.log('webhook_refused', { source: 'hubspot', reason });
    return answer(reply, 403, 'This does not prove to come from HubSpot.');
  };
  /** Before the body is read: strangers need not send us megabytes. */
  const looksSigned = async (request: FastifyRequest, reply: FastifyReply) => {
    const signed = signatureOf(request.headers);
    if (!signed) return refuse(reply, 'unsigned');
    if (!isRecent(signed.timestamp, context.now())) return refuse(reply, 'time');
  };

  app.post('/webhooks/hubspot', { bodyLimit: BODY_BYTES, onRequest: looksSigned }, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signed = signatureOf(request.headers);
    // PUBLIC_URL, not Host: behind proxies that is some other name, and anybody can write what they like there
    const uri = publicUrl + (request.raw.url ?? '');
    if (!signed || !isSignedByHubSpot({ ...signed, method: request.method, uri, body }, secret)) {
      return refuse(reply, 'signature');
    }

    const read = readEvents(parseJson(body));
    if (!read) {
      context.log('webhook_refused', { source: 'hubspot', reason: 'unreadable' });
      return answer(reply, 400, 'This is no list of events.');
    }
    const { events, unreadable } = read;
    const { kept, waiting } = await keepEvents(context.db, events, context.now());
    if (waiting > 0) context.crmEventsWait?.();
    tellUnknown(events);
    context.log('webhook', { source: 'hubspot', events: events.length, kept, waiting, unreadable });
    return answer(reply, 200, 'Thank you.');
  });
}

/** Tells of each kind of event that is unknown once: HubSpot may send thousands. */
function oncePerKind(tell: (kind: string) => void): (events: readonly CrmEvent[]) => void {
  const told = new Set<string>();
  return (events) => {
    for (const { kind, outcome } of events) {
      if (outcome !== 'unknown' || told.has(kind) || told.size >= TOLD) continue;
      told.add(kind);
      tell(kind);
    }
  };
}

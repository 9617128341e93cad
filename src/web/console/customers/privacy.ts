import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { keepCustomerIds } from '../../../db/customer-ids.ts';
import { personDocument } from '../../../erasure/document.ts';
import { erasePerson } from '../../../erasure/erase.ts';
import { readHeld } from '../../../erasure/held.ts';
import { ErasureError, findPerson } from '../../../erasure/person.ts';
import { tracesOf } from '../../../erasure/traces.ts';
import { recordAct } from '../../../people/audit.ts';
import type { WebContext } from '../../context.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';

const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;

/** A person's copy of what is held about them, and its erasure (GDPR Art. 15 and 17). For admins. */
export function privacyRoutes(app: FastifyInstance, context: WebContext): void {
  const { db, now } = context;
  const config = { role: 'admin' as const };

  app.post('/customers/:id/export', { config }, async (request, reply) => {
    const id = idOf(request);
    const person = await findPerson(db, id);
    if (!person?.ids.includes(id)) return missing(context, request, reply);
    const held = await readHeld(db, person);
    const language = held.records[0]?.language ?? 'de';
    const there = await db.transaction().execute(async (tx) => {
      // an erasure waits for this entry, or is over, and then it must not have the id
      await keepCustomerIds(tx);
      if (!(await findPerson(tx, id))?.ids.includes(id)) return false;
      await recordAct(tx, request.person, { action: 'customer_exported', subject: id, now: now() });
      return true;
    });
    if (!there) return missing(context, request, reply);
    return reply
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="person-${id.replace(/[^\w-]/g, '_')}.json"`)
      .send(`${JSON.stringify(personDocument(held, { now: now(), language }), null, 2)}\n`);
  });

  app.get('/customers/:id/erase', { config }, (request, reply) => sendErase(context, request, reply, {}));

  app.post('/customers/:id/erase', { config }, async (request, reply) => {
    const id = idOf(request);
    const { sure } = (request.body ?? {}) as { sure?: unknown };
    if (sure !== 'yes') return sendErase(context, request, reply, { unsure: true });
    // an id, never an address: whoever is found by it alone is erased
    const person = await findPerson(db, id);
    if (!person?.ids.includes(id)) return reply.redirect(`../${encodeURIComponent(id)}`, 303);
    try {
      await erasePerson(db, id, now(), request.person);
    } catch (error) {
      if (!(error instanceof ErasureError)) throw error;
      return sendErase(context, request, reply, { busy: true });
    }
    return reply.redirect(`../${encodeURIComponent(id)}`, 303);
  });
}

async function sendErase(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { unsure?: boolean; busy?: boolean },
): Promise<FastifyReply> {
  const id = idOf(request);
  const person = await findPerson(context.db, id);
  if (!person?.ids.includes(id)) return missing(context, request, reply);
  const traces = await tracesOf(context.db, person);
  const rows = Object.entries(traces)
    .filter(([kind, count]) => count > 0 && kind !== 'open' && kind !== 'sending')
    .map(([kind, count]) => ({ word: `customers.trace.${kind}`, count }));
  return sendConsole(context, request, reply, {
    name: 'customer-erase',
    place: 'customers',
    status: given.busy ? 409 : given.unsure ? 422 : 200,
    data: { id, rows, shared: person.shared.length > 0, language: consoleLanguage(request), ...given },
  });
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { makeBrief } from '../../brief/brief.ts';
import { loadBriefFacts } from '../../brief/load.ts';
import { keepNotes, NOTE, type Note, type NoteProblem } from '../../brief/note.ts';
import { LibraryError } from '../../library/problem.ts';
import type { Knowledge } from '../../render/load-content.ts';
import type { WebContext } from '../context.ts';
import { briefView } from './brief-view.ts';
import { consoleLanguage, missing, sendConsole } from './page.ts';

/** One form under each question, and one for a note by itself. What is too long is said, not cut. */
const form = z.object({
  question: z.string().max(100),
  choice: z.string().max(300).optional(),
  words: z.string().default(''),
  product: z.string().max(200).default(''),
  /** "12.0": the send and the position of the block whose answer the question follows. */
  block: z
    .string()
    .regex(/^\d{1,15}\.\d{1,4}$/)
    .or(z.literal(''))
    .default(''),
});
type Form = z.infer<typeof form>;

/** What to have at hand when a customer makes contact. */
export function briefRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/customers/:id/brief', (request, reply) => sendBrief(context, request, reply, {}));

  app.post('/customers/:id/brief', async (request, reply) => {
    const { id } = request.params as { id: string };
    const posted = form.safeParse(request.body ?? {});
    const known = await knowledgeOrError(context);
    if (!posted.success || known instanceof Error) return missing(context, request, reply);
    const { library, matchProduct } = known;
    const language = consoleLanguage(request);
    const tools = { library, matchProduct, language, now: context.now() };
    const { problem } = (await keepNotes(context.db, id, [noteOf(posted.data)], tools)) ?? {};
    if (problem === 'unknown_customer') return missing(context, request, reply);
    if (problem) return sendBrief(context, request, reply, { wrong: { problem, ...posted.data } });
    context.log('brief_note', { question: posted.data.question });
    return reply.redirect('brief?kept=yes', 303);
  });
}

function noteOf({ question, choice, words, product, block }: Form): Note {
  const [sendId, position] = block === '' ? [] : block.split('.').map(Number);
  const shown = {
    productKey: product || null,
    block: sendId === undefined || position === undefined ? null : { sendId, position },
  };
  return { questionId: question, choice: choice || null, words, ...(question === NOTE ? {} : { shown }) };
}

/** A template that is half-way through an edit does not stand in a brief's way; the library does. */
async function knowledgeOrError({ content }: WebContext): Promise<Knowledge | LibraryError> {
  try {
    return await content.library();
  } catch (error) {
    if (error instanceof LibraryError) return error;
    throw error;
  }
}

async function sendBrief(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { wrong?: Form & { problem: NoteProblem } },
): Promise<FastifyReply> {
  const { id } = request.params as { id: string };
  const known = await knowledgeOrError(context);
  const place = 'customers';
  if (known instanceof Error) {
    return sendConsole(context, request, reply, { name: 'brief-broken', place, status: 503 });
  }
  const { library, matchProduct } = known;
  const facts = await loadBriefFacts(context.db, id, { library, matchProduct, now: context.now() });
  if (!facts) return missing(context, request, reply);
  const { wrong } = given;
  const kept = (request.query as { kept?: unknown }).kept === 'yes' && !wrong;
  const view = briefView(makeBrief(facts, library, consoleLanguage(request)), wrong ?? null);
  return sendConsole(context, request, reply, {
    name: 'brief',
    place,
    status: wrong ? 422 : 200,
    data: { ...view, kept },
  });
}

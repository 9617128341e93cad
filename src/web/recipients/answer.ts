import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { answerChoices, recordAnswer } from '../../feedback/answer.ts';
import { findBlock, type ShownBlock } from '../../feedback/shown-block.ts';
import { productName } from '../../library/grammar.ts';
import { fillPlaceholders, placeholderValues } from '../../library/placeholders.ts';
import { ANSWERS, type Answer } from '../../links/token.ts';
import type { WebContext } from '../context.ts';
import { openLink, sendPage, sendUnknown } from './page.ts';
import { newTicket, noteVisit, sentByPerson } from './person.ts';

const form = z.object({ answer: z.enum(ANSWERS) });

/**
 * The page behind an answer button: GET shows the answer, chosen but not sent, because scanners open every link of a
 * mail; POST records it, if a person sent it. A small script sends the form for people who just look on.
 */
export function answerRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/a/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'answer');
    if (!link) return reply;
    const block = await findBlock(context.db, link.sendId, link.position);
    if (!block) return sendUnknown(context, request, reply);
    return sendPage(context, request, reply, {
      name: 'answer',
      language: block.language,
      data: {
        kind: block.kind,
        subject: await subjectOf(context, block),
        choices: choicesOf(block, link.answer),
        ticket: await noteVisit(context, request, link),
      },
    });
  });

  app.post('/a/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'answer');
    if (!link) return reply;
    const known = await findBlock(context.db, link.sendId, link.position);
    if (!known) return sendUnknown(context, request, reply);
    const believed = await sentByPerson(context, request, reply, link, known.language);
    if (!believed) return reply;
    const posted = form.safeParse(request.body ?? {});
    const answer = posted.success ? posted.data.answer : link.answer;
    const recorded = await recordAnswer(context.db, {
      sendId: link.sendId,
      position: link.position,
      answer,
      confirmed: believed === 'confirmed',
      now: context.now(),
    });
    if (!recorded.ok) return sendUnknown(context, request, reply);
    context.log('answer', { send: link.sendId, position: link.position, changed: recorded.changed });
    const { block } = recorded;
    return sendPage(context, request, reply, {
      name: 'thanks',
      language: block.language,
      data: {
        label: `answer.${block.kind}.${answer}`,
        effect: `thanks.${answer}`,
        subject: await subjectOf(context, block),
        others: choicesOf(block, answer).filter((choice) => !choice.chosen),
        ticket: newTicket(context, link),
      },
    });
  });
}

function choicesOf(block: ShownBlock, chosen: Answer) {
  return answerChoices(block.kind, chosen).map((value) => ({
    value,
    label: `answer.${block.kind}.${value}`,
    chosen: value === chosen,
  }));
}

/** The headline the answer is about, in the mail's language, and the product it was tied to. */
async function subjectOf(
  context: WebContext,
  block: ShownBlock,
): Promise<{ headline: string; product: string } | null> {
  const library = await context.publicContent.library();
  const pieces = block.kind === 'proven' ? library?.developments : library?.offers;
  const piece = pieces?.get(block.contentId);
  const text = piece?.[block.language] ?? piece?.de ?? piece?.en;
  if (!library || !text) return null;
  const product = library.products.get(block.productKey) ?? (await crmName(context, block.productKey));
  return {
    headline: fillPlaceholders(text.headline, placeholderValues(product, block.language)),
    product: productName(product, block.language),
  };
}

async function crmName(context: WebContext, id: string): Promise<string> {
  const row = await context.db.selectFrom('products').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name ?? '';
}

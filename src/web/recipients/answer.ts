import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answerChoices, recordAnswer } from '../../feedback/answer.ts';
import { findBlock, type ShownBlock } from '../../feedback/shown-block.ts';
import { productName } from '../../library/grammar.ts';
import { fillPlaceholders, placeholderValues } from '../../library/placeholders.ts';
import type { OpenedLink } from '../../links/open.ts';
import { ANSWERS, type Answer } from '../../links/token.ts';
import type { WebContext } from '../context.ts';
import { openLink, pageLanguage, sendPage, sendUnknown } from './page.ts';
import { newTicket, noteVisit, sentByPerson } from './person.ts';
import { preferencesHref } from './preferences-href.ts';
import { crmName, furtherQuestion, isReply, type QuestionView, takeReply } from './question.ts';
import { salespersonOf } from './salesperson.ts';

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
    if (isReply(request.body)) return sendReplied(context, request, reply, link, known);
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
    const language = pageLanguage(request, block.language);
    const question = await furtherQuestion(context, { block, answer, language });
    return sendThanks(context, request, reply, { link, block, answer, question });
  });
}

async function sendThanks(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { link: OpenedLink; block: ShownBlock; answer: Answer; question: QuestionView | null },
): Promise<FastifyReply> {
  const { link, block, answer, question } = given;
  return sendPage(context, request, reply, {
    name: 'thanks',
    status: question?.wrong ? 422 : 200,
    language: block.language,
    data: {
      label: `answer.${block.kind}.${answer}`,
      effect: `thanks.${answer}`,
      subject: await subjectOf(context, block),
      others: choicesOf(block, answer).filter((choice) => !choice.chosen),
      question,
      preferences: preferencesHref(context, request, link.sendId),
      ticket: newTicket(context, link),
    },
  });
}

/** Something was said to the further question: thanks and who reads it, or the question once more. */
async function sendReplied(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  link: OpenedLink,
  block: ShownBlock,
): Promise<FastifyReply> {
  const language = pageLanguage(request, block.language);
  const replied = await takeReply(context, link, { body: request.body, block, language });
  if (!replied.ok && replied.gone) return sendUnknown(context, request, reply);
  if (!replied.ok) return sendThanks(context, request, reply, { link, block, ...replied });
  return sendPage(context, request, reply, {
    name: 'said',
    language: block.language,
    data: {
      salesperson: await salespersonOf(context.db, link.sendId),
      subject: await subjectOf(context, block),
      preferences: preferencesHref(context, request, link.sendId),
    },
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

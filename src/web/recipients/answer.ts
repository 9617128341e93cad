import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answerChoices, type NotedAnswer, notedAnswer, recordAnswer } from '../../feedback/answer.ts';
import { findBlock, type ShownBlock } from '../../feedback/shown-block.ts';
import { hasExplained } from '../../feedback/statements.ts';
import type { OpenedLink } from '../../links/open.ts';
import { ANSWERS, type Answer } from '../../links/token.ts';
import type { WebContext } from '../context.ts';
import { subjectOf } from './answer-subject.ts';
import { openLink, pageLanguage, sendPage, sendUnknown } from './page.ts';
import { type Believed, noteVisit, sentByPerson } from './person.ts';
import { preferencesHref } from './preferences-href.ts';
import { furtherQuestion, isReply, takeReply } from './question.ts';
import type { QuestionView } from './question-view.ts';
import { salespersonOf } from './salesperson.ts';

/** A form without an answer means the link's own. */
const form = z.object({ answer: z.enum(ANSWERS).optional() });
const sentItself = z.object({ itself: z.literal('yes') });

/**
 * The page behind an answer button: GET shows the answer, chosen but not sent, because scanners open every link of a
 * mail; POST records it, if a person sent it. A small script sends the form for people who just look on, but only the
 * first answer: once there is one, it takes a press to change it.
 */
export function answerRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/a/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'answer');
    if (!link) return reply;
    const block = await findBlock(context.db, link.sendId, link.position);
    if (!block) return sendUnknown(context, request, reply);
    const ticket = await noteVisit(context, request, link);
    const noted = await notedAnswer(context.db, link);
    // a page that answered a form, in another language: nobody opened it from the mail
    const answered = 'answered' in (request.query as object);
    if (noted && (noted.answer === link.answer || answered)) {
      return sendNoted(context, request, reply, { link, block, noted, ticket });
    }
    return sendChoices(context, request, reply, { link, block, noted, answered, ticket });
  });

  app.post('/a/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'answer');
    if (!link) return reply;
    const known = await findBlock(context.db, link.sendId, link.position);
    if (!known) return sendUnknown(context, request, reply);
    const believed = await sentByPerson(context, request, reply, link, known.language);
    if (!believed) return reply;
    const { ticket } = believed;
    if (isReply(request.body)) return sendReplied(context, request, reply, { link, block: known, believed });
    const noted = sentItself.safeParse(request.body).success ? await notedAnswer(context.db, link) : null;
    if (noted) return sendNoted(context, request, reply, { link, block: known, noted, ticket });
    const posted = form.safeParse(request.body ?? {});
    if (!posted.success) {
      const before = await notedAnswer(context.db, link);
      const given = { link, block: known, noted: before, answered: true, wrong: true, ticket };
      return sendChoices(context, request, reply, given);
    }
    const answer = posted.data.answer ?? link.answer;
    const recorded = await recordAnswer(context.db, {
      sendId: link.sendId,
      position: link.position,
      answer,
      confirmed: believed.confirmed,
      visitId: believed.visitId,
      now: context.now(),
    });
    if (!recorded.ok) return sendUnknown(context, request, reply);
    context.log('answer', { send: link.sendId, position: link.position, changed: recorded.changed });
    const { block } = recorded;
    const language = pageLanguage(request, block.language);
    const question = await furtherQuestion(context, { block, answer, language });
    return sendThanks(context, request, reply, { link, block, answer, question, ticket });
  });
}

/** The answers to choose from, the link's own chosen; once more when what was sent is none of them. */
async function sendChoices(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: {
    link: OpenedLink;
    block: ShownBlock;
    noted: NotedAnswer | null;
    answered: boolean;
    ticket: string;
    wrong?: boolean;
  },
): Promise<FastifyReply> {
  const { link, block, noted, answered, ticket, wrong = false } = given;
  return sendPage(context, request, reply, {
    name: 'answer',
    status: wrong ? 422 : 200,
    language: block.language,
    data: {
      kind: block.kind,
      subject: await subjectOf(context, block, pageLanguage(request, block.language)),
      noted: noted && `answer.${block.kind}.${noted.answer}`,
      soon: !noted && !answered,
      answered,
      wrong,
      choices: choicesOf(block, link.answer),
      ticket,
    },
  });
}

/** Thanks for an answer that was given before. Who has said something about it already is not asked any further. */
async function sendNoted(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { link: OpenedLink; block: ShownBlock; noted: NotedAnswer; ticket: string },
): Promise<FastifyReply> {
  const { link, block, noted, ticket } = given;
  const { answer, answeredAt } = noted;
  const language = pageLanguage(request, block.language);
  const explained = await hasExplained(context.db, link, answeredAt);
  const question = explained ? null : await furtherQuestion(context, { block, answer, language });
  return sendThanks(context, request, reply, { link, block, answer, question, ticket });
}

async function sendThanks(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: {
    link: OpenedLink;
    block: ShownBlock;
    answer: Answer;
    question: QuestionView | null;
    ticket: string;
  },
): Promise<FastifyReply> {
  const { link, block, answer, question, ticket } = given;
  return sendPage(context, request, reply, {
    name: 'thanks',
    status: question?.wrong ? 422 : 200,
    language: block.language,
    data: {
      title: question?.wrong ? 'thanks.not_yet' : 'thanks.title',
      label: `answer.${block.kind}.${answer}`,
      effect: `thanks.${answer}`,
      subject: await subjectOf(context, block, pageLanguage(request, block.language)),
      others: choicesOf(block, answer).filter((choice) => !choice.chosen),
      question,
      preferences: preferencesHref(context, request, link.sendId),
      answered: true,
      ticket,
    },
  });
}

/** Something was said to the further question: thanks and who reads it, or the question once more. */
async function sendReplied(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { link: OpenedLink; block: ShownBlock; believed: Believed },
): Promise<FastifyReply> {
  const { link, block, believed } = given;
  const { visitId, ticket } = believed;
  const language = pageLanguage(request, block.language);
  const replied = await takeReply(context, link, { body: request.body, block, language, visitId });
  if (!replied.ok && replied.gone) return sendUnknown(context, request, reply);
  if (!replied.ok) return sendThanks(context, request, reply, { link, block, ...replied, ticket });
  return sendPage(context, request, reply, {
    name: 'said',
    language: block.language,
    data: {
      salesperson: await salespersonOf(context.db, link.sendId),
      subject: await subjectOf(context, block, language),
      preferences: preferencesHref(context, request, link.sendId),
      answered: true,
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

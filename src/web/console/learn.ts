import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ProposalError, type ProposalErrorCode } from '../../learn/proof/proposal-error.ts';
import { agreedFile } from '../../learn/report/decide.ts';
import type { rememberReport } from '../../learn/report/remember.ts';
import { tell } from '../../learn/report/tell.ts';
import type { WebContext } from '../context.ts';
import { crmNames } from '../crm-names.ts';
import { rootOf } from '../root.ts';
import { decideByForm } from './learn-decide.ts';
import { learnView } from './learn-view.ts';
import { consoleLanguage, contentOrError, missing, sendConsole } from './page.ts';

/** What was decided a moment ago; nonsense counts as nothing. */
const asked = z.object({ decided: z.string().min(1).max(300).optional().catch(undefined) });
const fileId = z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

/** What was tried and learned, and where a person says yes or no to what learning puts forward. */
export function learnRoutes(
  app: FastifyInstance,
  context: WebContext,
  report: ReturnType<typeof rememberReport>,
): void {
  app.get('/learn', (request, reply) => {
    const { decided } = asked.parse(request.query);
    return sendReport(context, report, request, reply, { decided: decided !== undefined });
  });

  app.post('/learn/decide', async (request, reply) => {
    const decided = await decideByForm(context, request);
    if (decided === null) return missing(context, request, reply);
    if (decided.kind === 'refused')
      return sendReport(context, report, request, reply, { refused: decided.code });
    return reply.redirect(
      `${rootOf(request.url)}learn?decided=${encodeURIComponent(decided.id)}#decide`,
      303,
    );
  });

  app.get('/learn/file/:id', async (request, reply) => {
    const id = fileId.safeParse(request.params);
    const content = await contentOrError(context);
    if (!id.success || content instanceof Error) return missing(context, request, reply);
    const file = await agreedFile(context.db, {
      id: id.data.id,
      library: content.library,
      now: context.now(),
    }).catch((error: unknown) => {
      if (error instanceof ProposalError) return null;
      throw error;
    });
    if (file === null) return missing(context, request, reply);
    return reply
      .type('application/yaml; charset=utf-8')
      .header('content-disposition', `attachment; filename="${file.path.split('/').at(-1)}"`)
      .send(file.text);
  });
}

async function sendReport(
  context: WebContext,
  makeReport: ReturnType<typeof rememberReport>,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { decided?: boolean; refused?: ProposalErrorCode },
): Promise<FastifyReply> {
  const page = { name: 'learn', place: 'learn' as const };
  const content = await contentOrError(context);
  if (content instanceof Error)
    return sendConsole(context, request, reply, { ...page, data: { broken: true } });
  const { library, matchProduct } = content;
  const report = await makeReport({ library, matchProduct, now: context.now() });
  const language = consoleLanguage(request);
  const view = learnView(tell(report, { language, library, crm: await crmNames(context) }));
  return sendConsole(context, request, reply, {
    ...page,
    status: given.refused === undefined ? 200 : 409,
    data: { view, ...given },
  });
}

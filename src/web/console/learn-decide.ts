import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ProposalError, type ProposalErrorCode } from '../../learn/proof/proposal-error.ts';
import { decide } from '../../learn/report/decide.ts';
import { recordAct } from '../../people/audit.ts';
import type { WebContext } from '../context.ts';
import { contentOrError } from './page.ts';

const form = z.object({ id: z.string().min(1).max(300), as: z.enum(['yes', 'similar', 'no']) });

/** What became of a form that says yes or no to something that learning puts forward; null: it was none. */
export type DecidedForm = { kind: 'done'; id: string } | { kind: 'refused'; code: ProposalErrorCode } | null;

/** Does what the form says, once: whoever comes second is refused, and told that somebody was quicker. */
export async function decideByForm(context: WebContext, request: FastifyRequest): Promise<DecidedForm> {
  const posted = form.safeParse(request.body ?? {});
  const content = await contentOrError(context);
  if (!posted.success || content instanceof Error) return null;
  const { id, as } = posted.data;
  const now = context.now();
  try {
    await context.db.transaction().execute(async (tx) => {
      // pages show what waits and nothing else
      await decide(tx, { id, as, library: content.library, waiting: true, now });
      await recordAct(tx, request.person, {
        action: 'learning_decided',
        subject: id,
        detail: { as },
        now,
      });
    });
  } catch (error) {
    if (error instanceof ProposalError) return { kind: 'refused', code: error.code };
    throw error;
  }
  context.log('learn_decided', { id, as });
  return { kind: 'done', id };
}

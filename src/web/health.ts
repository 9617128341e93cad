import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { WebContext } from './context.ts';

/** For load balancers and monitors: yes or no, without details that are nobody's business. */
export function healthRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/healthz', async () => ({ ok: true }));

  app.get('/readyz', async (_request, reply) => {
    const [database, content] = await Promise.all([
      answers(() => sql`select 1`.execute(context.db)),
      answers(async () => {
        const { problems } = await context.content.current();
        if (problems.some((problem) => problem.severity === 'error')) throw new Error('content has errors');
      }),
    ]);
    const ok = database && content;
    return reply.code(ok ? 200 : 503).send({ ok, database, content });
  });
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch {
    return false;
  }
}

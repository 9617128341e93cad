import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { ContentSource } from '../render/content.ts';

/** What one part is asked; it is well when the answer comes in time and is not an error. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

/** Whoever asks gives up after about this long, in milliseconds. */
const PATIENCE = 4000;

/** What every process needs: its database, and content without errors. */
export function commonChecks(context: { db: Database; content: ContentSource }): Checks {
  return {
    database: () => sql`select 1`.execute(context.db),
    content: async () => {
      const { problems } = await context.content.current();
      if (problems.some((problem) => problem.severity === 'error')) throw new Error('content has errors');
    },
  };
}

/** For load balancers and monitors: yes or no, without details that are nobody's business. */
export function healthRoutes(app: FastifyInstance, checks: Checks): void {
  app.get('/healthz', async () => ({ ok: true }));

  app.get('/readyz', async (_request, reply) => {
    const parts = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await answers(check)] as const),
    );
    const ok = parts.every(([, well]) => well);
    return reply.code(ok ? 200 : 503).send({ ok, ...Object.fromEntries(parts) });
  });
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  const asked = check().then(
    () => true,
    () => false,
  );
  return Promise.race([asked, sleep(PATIENCE, false, { ref: false })]);
}

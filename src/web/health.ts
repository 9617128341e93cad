import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { ContentSource } from '../render/content.ts';

/** What one part is asked; it is well when the answer comes in time and is not an error. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

/** Whoever asks gives up after about this long, in milliseconds. */
const PATIENCE = 4000;

/** An answer counts this long, in milliseconds: whoever asks more often costs nothing. */
const FRESH = 1000;

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
  let asked: ReturnType<typeof askAll> | undefined;
  let staleAt = 0;

  async function askAll() {
    const parts = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await answers(check)] as const),
    );
    staleAt = performance.now() + FRESH;
    return { ok: parts.every(([, well]) => well), ...Object.fromEntries(parts) };
  }

  app.get('/healthz', async () => ({ ok: true }));

  app.get('/readyz', async (_request, reply) => {
    if (asked === undefined || performance.now() > staleAt) {
      staleAt = Number.POSITIVE_INFINITY;
      asked = askAll();
    }
    const answer = await asked;
    return reply.code(answer.ok ? 200 : 503).send(answer);
  });
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  const asked = check().then(
    () => true,
    () => false,
  );
  return Promise.race([asked, sleep(PATIENCE, false, { ref: false })]);
}

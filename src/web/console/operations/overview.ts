import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { maskAddresses } from '../../../domain/mask.ts';
import type { WebContext } from '../../context.ts';
import { sendConsole } from '../page.ts';
import { attentionOf } from './attention.ts';
import { rememberStanding } from './standing.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** How the installation is: what needs a person, who works, queues, CRM, versions. */
export function overviewRoutes(app: FastifyInstance, context: WebContext): void {
  const standingNow = rememberStanding(context);

  app.get('/operations', { config: { role: 'admin' } }, async (request, reply) => {
    const [standing, contentBroken] = await Promise.all([
      standingNow(),
      context.content.library().then(
        ({ problems }) => problems.some(({ severity }) => severity === 'error'),
        () => true,
      ),
    ]);
    const sum = (state: string) => standing.queues.reduce((all, { jobs }) => all + (jobs[state] ?? 0), 0);
    return sendConsole(context, request, reply, {
      name: 'operations',
      place: 'operations',
      data: {
        ...standing,
        attention: attentionOf(standing, { now: context.now(), contentBroken }),
        since: standing.workers[0]?.since ?? null,
        queues: standing.queues.map(({ queue, jobs, oldestSeconds, paused }) => ({
          queue,
          paused,
          active: jobs.active ?? 0,
          waiting: (jobs.waiting ?? 0) + (jobs.prioritized ?? 0),
          later: jobs.delayed ?? 0,
          minutes: Math.floor(oldestSeconds / 60),
        })),
        jobs: { active: sum('active'), waiting: sum('waiting') + sum('prioritized') },
        objects: standing.objects.map((each) => ({ ...each, word: wordOf(each.object) })),
        // a server's words may name somebody
        syncs: standing.syncs.map((each) => ({ ...each, error: each.error && maskAddresses(each.error) })),
        hasQueues: context.queues !== undefined,
        backend: context.queues?.backend ?? null,
        apiVersion: context.config.hubspot?.apiVersion ?? null,
        version,
        node: process.versions.node,
      },
    });
  });
}

const OBJECTS = ['companies', 'customers', 'owners', 'products', 'purchases'];

/** What a CRM calls otherwise keeps its own name. */
const wordOf = (object: string): string | null =>
  OBJECTS.includes(object) ? `operations.object.${object}` : null;

import { bounces } from '../../jobs/bounces.ts';
import { crmEvents } from '../../jobs/crm-events.ts';
import { deliver } from '../../jobs/deliver.ts';
import { nightly } from '../../jobs/nightly.ts';
import { plan } from '../../jobs/plan.ts';
import { poll } from '../../jobs/poll.ts';
import { report } from '../../jobs/report.ts';
import { sync } from '../../jobs/sync.ts';
import type { App } from '../app.ts';
import type { Metrics } from '../observe/metrics.ts';
import { createScrape } from '../observe/scrape.ts';
import type { Queues } from '../queue/queue.ts';
import type { Checks } from '../web/health.ts';
import type { Workers } from '../worker.ts';

/** What `/readyz` asks of this process beyond database and content, and what `/metrics` answers. */
export interface Monitored {
  checks: Checks;
  scrape: () => Promise<string>;
}

const QUEUES = [deliver, plan, sync, nightly, report, bounces, poll, crmEvents].map((job) => job.queue);

/** Puts together what can be asked of a process that runs until it is told to stop. */
export function monitoring(
  app: App,
  queues: Queues,
  metrics: Metrics,
  workers: Pick<Workers, 'tools'> | null,
): Monitored {
  const { db, now, log } = app;
  return {
    checks: {
      queue: () => queues.ready(),
      ...(workers && {
        worker: async () => {
          if (!workers.tools.worker.held()) throw new Error('The connection that holds the lock is gone.');
        },
      }),
    },
    scrape: createScrape({ db, queues, names: QUEUES, metrics, now, log }),
  };
}

/** Health and numbers for a worker without a web part; closed with the app. */
export async function openMonitor(app: App, monitored: Monitored): Promise<{ url: string }> {
  const { startMonitor } = await import('../web/monitor.ts');
  const { commonChecks } = await import('../web/health.ts');
  const { host, port, metricsToken: token, publicUrl } = app.config;
  const monitor = await startMonitor({
    host,
    port,
    checks: { ...commonChecks(app), ...monitored.checks },
    metrics: { token, publicUrl, scrape: monitored.scrape },
    log: app.log,
  });
  return app.use({ url: monitor.url }, () => monitor.close());
}

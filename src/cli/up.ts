import { announceEvents } from '../../jobs/crm-events.ts';
import type { App } from '../app.ts';
import type { LogLevel } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import type { WebOptions } from '../web/context.ts';
import { mailOf, queuesOf, startWorkers } from '../worker.ts';
import { type Monitored, monitoring, openMonitor } from './monitor.ts';
import { bold } from './output.ts';
import { withApp } from './session.ts';

/** Runs until Ctrl-C or SIGTERM; then stops claiming, finishes what is in hand, and closes. */
export async function up(parts: { web: boolean; workers: boolean }): Promise<void> {
  const role = parts.web ? (parts.workers ? 'up' : 'serve') : 'worker';
  await withApp(async (app, signal) => {
    const queues = queuesOf(app);
    const metrics = createMetrics();
    const workers = parts.workers ? await startWorkers(app, { scheduler: true, queues, metrics }) : null;
    const monitored = monitoring(app, queues, metrics, workers);
    if (parts.web) {
      const crmEventsWait = announceEvents(queues, app.log);
      const { url } = await openWeb(app, { ...monitored, queues, crmEventsWait });
      process.stdout.write(`Console  ${bold(url)}\nInbox    ${url}/inbox\nPreview  ${url}/preview\n`);
    } else if (hasPortOfItsOwn()) {
      const { url } = await openMonitor(app, monitored);
      process.stdout.write(`Health   ${bold(`${url}/readyz`)}\nNumbers  ${url}/metrics\n`);
    }
    if (parts.workers) process.stdout.write('Workers and scheduler are running.\n');
    process.stdout.write('Ctrl-C stops.\n');
    await aborted(signal);
    process.stdout.write('Finishing what is in hand …\n');
  }, role);
}

/**
 * Whether this process was given a port itself. `.env` does not count: all workers of a machine share it, and the
 * second one would find the port taken.
 */
const hasPortOfItsOwn = (): boolean => Boolean(process.env.PORT);

/** The preview studio: the web part, opened at its preview page. */
export async function preview(): Promise<void> {
  await withApp(async (app, signal) => {
    const { url } = await openWeb(app, { queues: queuesOf(app) });
    process.stdout.write(
      `Preview  ${bold(`${url}/preview`)}\nReloads when you save content or templates. Ctrl-C stops.\n`,
    );
    await aborted(signal);
  }, 'preview');
}

/** What an operator should hear of; requests and the rest only when LOG_LEVEL is `debug`. */
const LEVELS: Readonly<Record<string, LogLevel>> = {
  error: 'error',
  console_refused: 'warn',
  webhook: 'info',
  webhook_refused: 'warn',
  webhook_unknown: 'info',
  sign_in: 'info',
};

/** Starts the web app of this configuration; closed with the app. */
export async function openWeb(
  app: App,
  running?: Partial<Monitored> & Pick<WebOptions, 'crmEventsWait' | 'queues'>,
): Promise<{ url: string }> {
  const { startWeb } = await import('../web/web.ts');
  const { db, config, content, links, randomKey, learned, now, log } = app;
  let mail: ReturnType<typeof mailOf> | undefined;
  const web = await startWeb({
    db,
    config,
    content,
    links,
    randomKey,
    learned,
    now,
    secret: app.secret.reveal(),
    mail: () => (mail ??= mailOf(app)),
    ...running,
    log: (event, fields) =>
      log(webLine(event, fields), { ...fields, level: LEVELS[event] ?? 'debug', event }),
  });
  return app.use({ url: web.url }, () => web.close());
}

const webLine = (event: string, fields: object): string => `Web: ${event} ${JSON.stringify(fields)}`;

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

import type { App } from '../app.ts';
import { startWorkers } from '../worker.ts';
import { bold } from './output.ts';
import { withApp } from './session.ts';

/** Runs until Ctrl-C or SIGTERM; then stops claiming, finishes what is in hand, and closes. */
export async function up(parts: { web: boolean; workers: boolean }): Promise<void> {
  await withApp(async (app, signal) => {
    if (parts.workers) await startWorkers(app, { scheduler: true });
    if (parts.web) {
      const { url } = await openWeb(app);
      process.stdout.write(`Console  ${bold(url)}\nInbox    ${url}/inbox\nPreview  ${url}/preview\n`);
    }
    if (parts.workers) process.stdout.write('Workers and scheduler are running.\n');
    process.stdout.write('Ctrl-C stops.\n');
    await aborted(signal);
    process.stdout.write('Finishing what is in hand …\n');
  });
}

/** The preview studio: the web part, opened at its preview page. */
export async function preview(): Promise<void> {
  await withApp(async (app, signal) => {
    const { url } = await openWeb(app);
    process.stdout.write(
      `Preview  ${bold(`${url}/preview`)}\nReloads when you save content or templates. Ctrl-C stops.\n`,
    );
    await aborted(signal);
  });
}

/** What an operator should hear of; the fields hold no addresses and no tokens. */
const LOGGED = new Set(['error', 'sign_in', 'console_refused']);

/** Starts the web app of this configuration; closed with the app. */
export async function openWeb(app: App): Promise<{ url: string }> {
  const { startWeb } = await import('../web/web.ts');
  const { db, config, content, links, randomKey, now, log } = app;
  const web = await startWeb({
    db,
    config,
    content,
    links,
    randomKey,
    now,
    secret: app.secret.reveal(),
    log: (event, fields) => {
      if (LOGGED.has(event)) log(`Web: ${event} ${JSON.stringify(fields)}`);
    },
  });
  return app.use({ url: web.url }, () => web.close());
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

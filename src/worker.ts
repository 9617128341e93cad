import { setTimeout as sleep } from 'node:timers/promises';
import { bounces, runBouncesJob, scheduleBounces } from '../jobs/bounces.ts';
import { crmEvents, runCrmEvents } from '../jobs/crm-events.ts';
import { deliver, runDeliver } from '../jobs/deliver.ts';
import { learning, runLearnJob } from '../jobs/learn.ts';
import { nightly, runNightlyJob, scheduleNightly } from '../jobs/nightly.ts';
import { plan, runPlan } from '../jobs/plan.ts';
import { poll, runPollJob, schedulePolls } from '../jobs/poll.ts';
import { createQueueKeeper, tendLedger } from '../jobs/reconcile.ts';
import { report, runReportJob, scheduleReport } from '../jobs/report.ts';
import { runSyncJob, sync } from '../jobs/sync.ts';
import { runTellCrmJob, tellOfUnsubscribes } from '../jobs/tell-crm.ts';
import type { JobTools } from '../jobs/tools.ts';
import { runWriteCrmJob, writeToCrm } from '../jobs/write-crm.ts';
import type { App } from './app.ts';
import { isLoopback } from './config.ts';
import { crmOf } from './crm.ts';
import { createEncoder } from './deliver/encode.ts';
import { createMailer, type Mailer } from './deliver/mailer.ts';
import { type MailTransport, smtpTransport } from './deliver/transport.ts';
import type { BounceTools } from './feedback/bounces/handle.ts';
import { openSendLedger } from './ledger/send-ledger.ts';
import { holdWorkerLock } from './ledger/worker-lock.ts';
import { settingsFile } from './library/schema.ts';
import { createReturnPaths } from './links/return-path.ts';
import { startMailbox } from './mailbox/smtp.ts';
import { createAlerts } from './observe/alert.ts';
import type { Log } from './observe/log.ts';
import type { Metrics } from './observe/metrics.ts';
import { reportSender, type SendReport } from './observe/send-report.ts';
import { openQueues, type Queues } from './queue/queue.ts';
import { jobTracing } from './queue/tracing.ts';
import type { ContentSource } from './render/content.ts';

const RECONCILE_EVERY = 10_000;
/** Chunks one process delivers at a time: the connections are kept busy while one of them comes to its end. */
const DELIVERIES = 4;
/** How long what looks after ledger and queue may take to end, in milliseconds. */
const GOODBYE = 5000;
/** How long mails in hand have to reach the server when the process is told to stop. */
const DRAIN = 20_000;
/** A dead worker's job is somebody else's after this long; a living one renews its lock twice as often. */
const LOCK = { lockDuration: 15_000, stalledInterval: 5000 };

/** The queues of this installation, closed with the app. */
export function queuesOf(app: App): Queues {
  const { redisUrl, tracing } = app.config;
  const queues = openQueues({
    databaseUrl: app.databaseUrl.reveal(),
    redisUrl: redisUrl?.reveal(),
    telemetry: tracing ? jobTracing() : undefined,
    onError: (error, queue) => app.log(`Queue ${queue}: ${error.message}`, { level: 'warn', queue }),
  });
  return app.use(queues, async () => {
    await queues.close();
  });
}

/** What makes mails, as the configuration has it. */
export function mailerOf(app: App): Mailer {
  const { dkim, bounceAddress, mailFrom: from, mailReplyTo: replyTo } = app.config;
  const returnPaths =
    bounceAddress === null
      ? null
      : createReturnPaths({ secret: app.secret.reveal(), address: bounceAddress });
  const encode = createEncoder({ dkim });
  return createMailer({ from, replyTo, links: app.links, randomKey: app.randomKey, encode, returnPaths });
}

/**
 * What sends mail: the configured SMTP servers, or the embedded mailbox. Closed with the app.
 * @param metrics told how long each step with a server took
 */
export async function mailOf(
  app: App,
  metrics?: Metrics,
): Promise<{ mailer: Mailer; transport: MailTransport }> {
  const { smtpUrl, smtpFallbackUrl } = app.config;
  const urls = [smtpUrl, smtpFallbackUrl].flatMap((url) => (url ? [url.reveal()] : []));
  if (urls.length === 0) urls.push(app.use(await startMailbox({ db: app.db }), (m) => m.close()).url);
  const transport = app.use(smtpTransport(urls, metrics?.smtpPhase), (t) => t.close());
  return { transport, mailer: mailerOf(app) };
}

/** What sends the daily report; null when there is no operator to send it to. */
export function sendReportOf(app: App, transport: MailTransport): SendReport | null {
  const { operatorEmail: to, mailFrom: from, dkim } = app.config;
  return to === null ? null : reportSender({ from, to, encode: createEncoder({ dkim }), transport });
}

/** What reads bounces, whichever way they come in. */
export function bounceToolsOf(
  app: Pick<App, 'db' | 'content' | 'now' | 'config' | 'secret'> & Pick<BounceTools, 'links'>,
): BounceTools {
  const { db, links, content, now } = app;
  const { bounceAddress, mailFrom } = app.config;
  const secret = app.secret.reveal();
  return {
    db,
    links,
    returnPaths: createReturnPaths({ secret, address: bounceAddress ?? mailFrom.address }),
    secret,
    now,
    softBounces: softBouncesOf(content),
  };
}

/** From the last good library; bounces must be counted while somebody is half-way through an edit. */
function softBouncesOf(content: Pick<ContentSource, 'library'>): () => Promise<number> {
  let last = settingsFile.shape.delivery.parse(undefined).softBounces;
  return async () => {
    last = await content.library().then(
      ({ library }) => library.settings.delivery.softBounces,
      () => last,
    );
    return last;
  };
}

export interface Workers {
  tools: JobTools;
  /** Two steps: stop claiming, then finish what is in hand. */
  close(): Promise<void>;
}

/**
 * Starts everything that works off jobs in this process. Any number of processes may do so on the same
 * database; they share the work.
 * @param options.scheduler also keep the nightly round scheduled (`up` and `worker`, not a one-off command)
 * @param options.tellsCrm also tell the CRM what customers say; the scheduler does so anyway
 */
export async function startWorkers(
  app: App,
  options: { scheduler: boolean; tellsCrm?: boolean; queues?: Queues; metrics?: Metrics },
): Promise<Workers> {
  const { metrics } = options;
  const { mailer, transport } = await mailOf(app, metrics);
  warnOfLocalLinks(app);
  const worker = app.use(await holdWorkerLock(app.databaseUrl.reveal(), app.log), (lock) => lock.release());
  const queues = options.queues ?? queuesOf(app);
  const stop = new AbortController();
  const { db, content, randomKey, learned, now, log } = app;
  const { alertUrl: url, publicUrl } = app.config;
  const alerts = app.use(createAlerts({ url, log, publicUrl, now }), (a) => a.close());
  const tools: JobTools = {
    db,
    queues,
    content,
    crm: crmOf(app),
    mailer,
    transport,
    worker,
    ledger: openSendLedger({ db, worker, now, log, signal: stop.signal }),
    randomKey,
    learned,
    now,
    log,
    alert: alerts.alert,
    sendReport: sendReportOf(app, transport),
    publicUrl,
    onOutcome: metrics?.outcome,
    signal: stop.signal,
  };
  const mailbox = { ...tools, mailbox: app.config.bounceImapUrl, bounces: bounceToolsOf(app) };
  if (options.scheduler) {
    await scheduleNightly(tools);
    await scheduleReport(tools);
    await scheduleBounces(mailbox);
    await schedulePolls({ ...tools, polls: app.config.hubspot !== null });
  }
  const running = [
    queues.worker(deliver.queue, (job, token) => runDeliver(tools, job, token), {
      ...LOCK,
      concurrency: DELIVERIES,
    }),
    queues.worker(plan.queue, (job) => runPlan(tools, job), { ...LOCK, concurrency: 1 }),
  ];
  if (options.scheduler || options.tellsCrm) {
    running.push(
      queues.worker(tellOfUnsubscribes.queue, (job) => runTellCrmJob(tools, job), {
        ...LOCK,
        concurrency: 1,
      }),
      queues.worker(writeToCrm.queue, (job) => runWriteCrmJob(tools, job), { ...LOCK, concurrency: 1 }),
    );
  }
  if (options.scheduler) {
    running.push(
      queues.worker(sync.queue, (job) => runSyncJob(tools, job), { ...LOCK, concurrency: 1 }),
      queues.worker(nightly.queue, (job) => runNightlyJob(tools, job), { ...LOCK, concurrency: 1 }),
      queues.worker(learning.queue, (job) => runLearnJob(tools, job), { ...LOCK, concurrency: 1 }),
      queues.worker(report.queue, (job) => runReportJob(tools, job), { ...LOCK, concurrency: 1 }),
      queues.worker(bounces.queue, (job) => runBouncesJob(mailbox, job), { ...LOCK, concurrency: 1 }),
      queues.worker(poll.queue, (job) => runPollJob(tools, job), { ...LOCK, concurrency: 1 }),
      queues.worker(crmEvents.queue, (job) => runCrmEvents(tools, job), { ...LOCK, concurrency: 2 }),
    );
  }
  for (const each of running)
    each.on('failed', (job, error) =>
      log(`Job ${job?.name ?? '?'} failed: ${error.message}`, { level: 'warn', job: job?.id }),
    );

  const tending = [
    every(RECONCILE_EVERY, () => tendLedger(tools), log),
    // Apart from it: a queue that is away must not keep the ledger from being looked after.
    every(RECONCILE_EVERY, createQueueKeeper(tools), log),
  ];
  const close = async () => {
    if (stop.signal.aborted) return;
    stop.abort();
    await Promise.all(tending.map((each) => each.stop()));
    // A server that hangs must not keep this process for ever: what has not begun to flow comes back unsent.
    const impatient = setTimeout(() => transport.abort(), DRAIN);
    await Promise.all(running.map((each) => each.close()));
    clearTimeout(impatient);
  };
  app.use(null, close);
  return { tools, close };
}

/** A real mail server and links that lead nowhere: nobody could unsubscribe. Said, because tests do it on purpose. */
function warnOfLocalLinks({ config, log }: App): void {
  const links = new URL(config.publicUrl).hostname;
  if (!config.smtpUrl || !isLoopback(links)) return;
  log(
    `PUBLIC_URL is ${config.publicUrl}: recipients can't reach it, so nobody can unsubscribe. Set it before real mail goes out.`,
    { level: 'warn' },
  );
}

/** Does something now and then, never twice at a time. What fails is tried again next time. */
function every(ms: number, work: () => Promise<void>, log: Log): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  const run = () => {
    running ??= work()
      .catch((error: Error) => log(`Reconciling failed, will try again: ${error.message}`, { level: 'warn' }))
      .finally(() => {
        running = null;
      });
  };
  run();
  const timer = setInterval(run, ms);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.race([running, sleep(GOODBYE)]);
    },
  };
}

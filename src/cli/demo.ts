import { sql } from 'kysely';
import { nightlyRound } from '../../jobs/nightly.ts';
import type { App } from '../app.ts';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import { demoCustomers, setDemoCustomers } from '../crm.ts';
import { campaignProgress } from '../ledger/progress.ts';
import { countMailbox } from '../mailbox/store.ts';
import { listSegments } from '../segment/segments.ts';
import { queuesOf, startWorkers } from '../worker.ts';
import { campaignSummary } from './campaign.ts';
import { FAILED, UsageError } from './exit.ts';
import { followCampaign } from './follow.ts';
import { bold, count, dim, plain, table } from './output.ts';
import { type Common, print, withApp } from './session.ts';
import { syncSummary } from './sync.ts';
import { syncLine } from './sync-progress.ts';
import { aborted, openWeb } from './up.ts';

interface DemoOptions extends Common {
  once?: boolean;
  customers?: number;
}

/**
 * The whole job on the demo company: sync from its CRM, segment, plan, compose, render, queue, send into the
 * embedded inbox. The same code as in production; only the addresses of CRM and mail server differ.
 */
export async function demo(options: DemoOptions): Promise<void> {
  refuseRealCustomers(loadConfig());
  await withApp(async (app, signal) => {
    const say = (text: string) => {
      if (!options.json) process.stdout.write(`${text}\n`);
    };
    const customers = await chooseSize(app, options.customers);
    const queues = queuesOf(app);
    if (!options.once) {
      const { url } = await openWeb(app, { queues });
      say(`Console  ${bold(url)}\nInbox    ${url}/inbox\n`);
    }
    const before = await countMailbox(app.db);
    say(bold(`Orvelin Werke GmbH, a demo company with ${count(customers)} contacts in its CRM`));
    const { tools, close } = await startWorkers(app, { scheduler: false, tellsCrm: !options.once, queues });
    const syncing = syncLine({ quiet: options.json });
    const round = await nightlyRound(
      { ...tools, signal },
      { sync: syncing.update, plan: () => syncing.end() },
    );
    syncing.end();
    say(`\n${syncSummary(round.synced)}\n`);
    if (!options.json) await saySegments(app, say);
    if (!round.created) say(dim('Today’s round has been sent before: nobody is written to twice.'));
    await followCampaign(app, round.campaign.id, { ...options, signal });
    // who stays to answer mails sees the answers in the CRM
    if (options.once) await close();
    const done = await campaignProgress(app.db, round.campaign.id);
    const inbox = await countMailbox(app.db);
    const exactlyOnce = await inInboxExactlyOnce(app, round.campaign.id);
    const result = { synced: round.synced, ...done, inbox, delivered: inbox - before, exactlyOnce };
    print(options, result, () =>
      [
        campaignSummary(done),
        `The inbox holds ${count(inbox)} mails, ${count(inbox - before)} of them from just now. ` +
          `Of the ${count(done.sends.sent)} counted as sent, ${count(exactlyOnce)} are in it exactly once.`,
      ].join('\n'),
    );
    if (exactlyOnce !== done.sends.sent) process.exitCode = FAILED;
    if (done.campaign.state !== 'finished' || done.sends.failed + done.sends.in_doubt > 0)
      process.exitCode = FAILED;
    if (options.once || signal.aborted) return;
    say(`\nRead them at ${bold(`${app.config.publicUrl}/inbox`)}, or look at the console.`);
    const { url: crm } = await tools.crm();
    if (crm) say(`What customers answer stands in the demo's CRM a minute later: ${bold(crm)}`);
    say('Ctrl-C stops.');
    await aborted(signal);
  });
}

/** The demo writes to invented people: it must never run against a real CRM or a real mail server. */
function refuseRealCustomers(config: Config): void {
  const real = [config.hubspot ? 'HUBSPOT_ACCESS_TOKEN' : null, config.smtpUrl ? 'SMTP_URL' : null].filter(
    (name) => name !== null,
  );
  if (real.length > 0) {
    throw new ConfigError([
      `${real.join(' and ')} must not be set for the demo: it uses its own CRM and inbox.`,
    ]);
  }
}

/** How many of a campaign's sent mails the inbox holds exactly once, by their Message-IDs. */
async function inInboxExactlyOnce(app: App, campaignId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from sends s
    where s.campaign_id = ${campaignId} and s.state = 'sent'
      and (select count(*) from mailbox m where m.message_id = s.message_id) = 1`.execute(app.db);
  return rows[0]?.n ?? 0;
}

async function chooseSize(app: App, wanted: number | undefined): Promise<number> {
  const known = await demoCustomers(app);
  if (wanted === undefined || wanted === known) return known;
  const { n } = await app.db
    .selectFrom('customers')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  if (n > 0) {
    throw new UsageError(
      `This installation's demo company has ${count(known)} customers. For another size use a fresh folder, ` +
        `e.g. SPIELBEIN_HOME=.spielbein-${wanted} spielbein demo --customers ${wanted}`,
    );
  }
  await setDemoCustomers(app, wanted);
  return wanted;
}

async function saySegments(app: App, say: (text: string) => void): Promise<void> {
  const { matchProduct } = await app.content.library();
  const segments = await listSegments(app.db, matchProduct);
  say(
    table(
      segments.map((s) => [plain(s.name, 40), s.family ?? '', s.owners, s.writable]),
      ['who owns', 'family', 'customers', 'can be written to'],
    ),
  );
  say('');
}

import type { Learned } from '../src/compose/learned.ts';
import type { Database } from '../src/db/connect.ts';
import type { Mailer } from '../src/deliver/mailer.ts';
import type { Outcome } from '../src/deliver/outcome.ts';
import type { MailTransport } from '../src/deliver/transport.ts';
import type { SendLedger } from '../src/ledger/send-ledger.ts';
import type { WorkerLock } from '../src/ledger/worker-lock.ts';
import type { Alerts } from '../src/observe/alert.ts';
import type { Log } from '../src/observe/log.ts';
import type { SendReport } from '../src/observe/send-report.ts';
import type { Queues } from '../src/queue/queue.ts';
import type { ContentSource } from '../src/render/content.ts';
import type { CrmAdapter } from '../src/sync/port.ts';

/** What jobs work with. Built once by whoever runs workers (`src/worker.ts`), and by tests. */
export interface JobTools {
  db: Database;
  queues: Queues;
  content: ContentSource;
  /** The CRM, connected on first use. */
  crm: () => Promise<CrmAdapter>;
  mailer: Mailer;
  transport: MailTransport;
  worker: WorkerLock;
  ledger: SendLedger;
  randomKey: string;
  /** What has been learned by now; without it, nothing has. */
  learned?: (() => Promise<Learned>) | undefined;
  now: () => Date;
  log: Log;
  /** Tells people what waits for them; never throws, and need not be waited for. */
  alert: Alerts['alert'];
  /** Mails the daily report; null when there is no operator to send it to. */
  sendReport: SendReport | null;
  publicUrl: string;
  /** Told what became of each try to send. */
  onOutcome?: ((kind: Outcome['kind']) => void) | undefined;
  /** Aborted when the process shuts down: finish what is in hand, begin nothing new. */
  signal: AbortSignal;
}

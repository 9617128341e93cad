import type { Database } from '../src/db/connect.ts';
import type { Mailer } from '../src/deliver/mailer.ts';
import type { Outcome } from '../src/deliver/outcome.ts';
import type { MailTransport } from '../src/deliver/transport.ts';
import type { SendLedger } from '../src/ledger/send-ledger.ts';
import type { WorkerLock } from '../src/ledger/worker-lock.ts';
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
  now: () => Date;
  log: (line: string) => void;
  /** Told what became of each try to send. */
  onOutcome?: ((kind: Outcome['kind']) => void) | undefined;
  /** Aborted when the process shuts down: finish what is in hand, begin nothing new. */
  signal: AbortSignal;
}

import type { Learned } from '../compose/learned.ts';
import type { Database } from '../db/connect.ts';
import type { SendLedger } from '../ledger/send-ledger.ts';
import type { WorkerLock } from '../ledger/worker-lock.ts';
import type { Content } from '../render/content.ts';
import type { Mailer } from './mailer.ts';
import type { Outcome } from './outcome.ts';
import type { MailTransport } from './transport.ts';

/** A mail that a server does not want, now or ever. */
export interface Refused {
  sendId: number;
  address: string;
  response: string;
  /** Enhanced status code (RFC 3463), or null. */
  status: string | null;
}

/** What delivering stands on. */
export interface DeliverContext {
  db: Database;
  content: Content;
  mailer: Mailer;
  transport: MailTransport;
  worker: WorkerLock;
  /** What this worker writes about its mails; all its deliveries share commits. */
  ledger: SendLedger;
  /** When a mail to this country may go: `now`, or later when now is outside the send window. */
  sendTime: (now: Date, country: string | null) => Date;
  randomKey: string;
  /** What has been learned by now; without it, nothing has. */
  learned?: (() => Promise<Learned>) | undefined;
  now: () => Date;
  signal?: AbortSignal | undefined;
  log?: ((line: string) => void) | undefined;
  /** Told when a server has refused a mail for good, once the ledger has it so. */
  onRefused?: ((refused: Refused) => Promise<void>) | undefined;
  /** Told what became of each try. */
  onOutcome?: ((kind: Outcome['kind']) => void) | undefined;
}

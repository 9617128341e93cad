import { bounces } from '../../../../jobs/bounces.ts';
import { crmEvents } from '../../../../jobs/crm-events.ts';
import { deliver } from '../../../../jobs/deliver.ts';
import { learning } from '../../../../jobs/learn.ts';
import { nightly } from '../../../../jobs/nightly.ts';
import { plan } from '../../../../jobs/plan.ts';
import { poll } from '../../../../jobs/poll.ts';
import { report } from '../../../../jobs/report.ts';
import { sync } from '../../../../jobs/sync.ts';
import { tellOfUnsubscribes } from '../../../../jobs/tell-crm.ts';
import { writeToCrm } from '../../../../jobs/write-crm.ts';

/** Every queue of an installation, in the order of the path. */
export const QUEUE_NAMES: readonly string[] = [
  sync,
  poll,
  crmEvents,
  nightly,
  plan,
  deliver,
  bounces,
  learning,
  writeToCrm,
  tellOfUnsubscribes,
  report,
].map(({ queue }) => queue);

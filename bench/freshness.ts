/**
 * How long a change in the CRM takes until the next decision knows it (decisions are made from the tables, so: until
 * PostgreSQL has it), and what polling costs. The demo company's CRM over HTTP, with the limits of a Professional account
 * and 100 to 200 ms for each request; a web process and a worker of their own.
 *
 *   npm run bench -- freshness           40 changes by webhook; 6 by polling every 20 s, for the form of it
 *   npm run bench -- freshness --full    200 changes by webhook; 24 by polling at the default interval of 60 s
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from '../src/demo/company/dice.ts';
import { HUBSPOT_DEFAULTS } from '../src/library/schema.ts';
import { until } from '../test/stands/process.ts';
import { changeAndWait } from './freshness/change.ts';
import { type Installation, startInstallation } from './freshness/installation.ts';

interface Waits {
  changes: number;
  medianMs: number;
  p95Ms: number;
  longestMs: number;
}

export interface Freshness {
  /** From the change in the CRM: what HubSpot itself takes to send a webhook comes on top. */
  webhooks: Waits;
  polling: Waits & {
    pollSeconds: number;
    searchLagSeconds: number;
    /** Of a poll that finds nothing, and of the one in an hour that looks for archived records as well. */
    requestsPerPoll: number;
    requestsPerThoroughPoll: number;
    /** At the default interval, and as a share of what a Professional account may make. */
    requestsPerDay: number;
    shareOfDay: number;
  };
}

const CUSTOMERS = 2000;
const SEARCH_LAG_MS = 15_000;
const PROFESSIONAL_PER_DAY = 625_000;

export async function benchFreshness(full: boolean): Promise<Freshness> {
  const webhooks = await byWebhook(full ? 200 : 40);
  const polling = await byPolling(
    full ? { changes: 24, pollSeconds: HUBSPOT_DEFAULTS.pollSeconds } : { changes: 6, pollSeconds: 20 },
  );
  return { webhooks, polling };
}

/** One change after the other, at uneven times. */
async function byWebhook(changes: number): Promise<Waits> {
  // so seldom that no poll brings a change before its webhook
  const installation = await startInstallation({ customers: CUSTOMERS, pollSeconds: 3600, webhooks: true });
  try {
    await until('the first poll is over', async () => (await installation.polls()) > 0);
    const waits: number[] = [];
    const roll = dice('freshness');
    for (const [n, contactId] of contactsOf(installation, changes).entries()) {
      waits.push(await changeAndWait(installation, contactId, n, 60_000));
      await sleep(200 * roll('pause', n));
    }
    return summaryOf(waits);
  } finally {
    await installation.close();
  }
}

/** Changes spread over the time between polls, with a search index that lags. */
async function byPolling(given: { changes: number; pollSeconds: number }): Promise<Freshness['polling']> {
  const { changes, pollSeconds } = given;
  const installation = await startInstallation({ customers: CUSTOMERS, pollSeconds, webhooks: false });
  const { crm, requests, polls } = installation;
  try {
    const before = requests();
    await until('the first poll is over', async () => (await polls()) > 0);
    const requestsPerThoroughPoll = requests() - before;
    const idle = { requests: requests(), polls: await polls() };
    await until('two more polls are over', async () => (await polls()) >= idle.polls + 2, 200_000);
    const requestsPerPoll = (requests() - idle.requests) / ((await polls()) - idle.polls);

    crm.faults.searchLagMs = SEARCH_LAG_MS;
    const roll = dice('freshness');
    const waits = await Promise.all(
      contactsOf(installation, changes).map(async (contactId, n) => {
        // evenly over several rounds
        await sleep(1000 * pollSeconds * (n / changes) * 4 + 1000 * roll('moment', n));
        return await changeAndWait(installation, contactId, n, 600_000);
      }),
    );
    const pollsPerDay = 86_400 / HUBSPOT_DEFAULTS.pollSeconds;
    const requestsPerDay = Math.round(requestsPerPoll * (pollsPerDay - 24) + requestsPerThoroughPoll * 24);
    return {
      ...summaryOf(waits),
      pollSeconds,
      searchLagSeconds: SEARCH_LAG_MS / 1000,
      requestsPerPoll,
      requestsPerThoroughPoll,
      requestsPerDay,
      shareOfDay: requestsPerDay / PROFESSIONAL_PER_DAY,
    };
  } finally {
    await installation.close();
  }
}

/** Customers, each for one change. */
function contactsOf({ crm }: Installation, changes: number): string[] {
  return [...crm.company.ids('contacts')].slice(0, changes).map(String);
}

function summaryOf(waits: readonly number[]): Waits {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { changes: waits.length, medianMs: at(0.5), p95Ms: at(0.95), longestMs: at(1) };
}

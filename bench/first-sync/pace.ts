import type { PlainSizes } from './plain-company.ts';
import { runSyncProcess, startCrm } from './process.ts';

/** How fast deals and their line items are read from an account with limits and a network in between. */
export interface Pace {
  latencyMs: number;
  /** What the account allows. */
  allowedPerSecond: number;
  requestsPerSecond: number;
}

/** Measured from the first purchases stored to the end. */
export async function dealsPace(
  databaseUrl: string,
  sizes: PlainSizes,
  { latencyMs, perTenSeconds }: { latencyMs: number; perTenSeconds: number },
): Promise<Pace> {
  const crm = await startCrm(sizes, { latencyMs, perTenSeconds });
  const received = async () =>
    Object.values(await crm.requests()).reduce((sum, requests) => sum + requests, 0);
  let first: Promise<{ at: number; requests: number }> | undefined;
  try {
    const outcome = await runSyncProcess({
      databaseUrl,
      crmUrl: crm.url,
      onBatch(object, at) {
        if (object === 'purchases') first ??= received().then((requests) => ({ at, requests }));
      },
    });
    const since = await first;
    const last = outcome.shares.at(-1);
    if (!since || !last) throw new Error('No purchases were read.');
    return {
      latencyMs,
      allowedPerSecond: perTenSeconds / 10,
      requestsPerSecond: ((await received()) - since.requests) / ((last.at - since.at) / 1000),
    };
  } finally {
    await crm.close();
  }
}

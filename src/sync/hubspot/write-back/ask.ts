import type { Claim, Written } from '../../port.ts';
import type { HubSpotApi } from '../api.ts';
import type { HubSpotConnection } from '../connection.ts';
import { type Input, readBatchOutcome, refusalOf } from './batch-outcome.ts';
import { isOfThings, type Said } from './in-halves.ts';

export interface Tools {
  api: HubSpotApi;
  connection: HubSpotConnection;
  signal: AbortSignal;
  claim: Claim;
}

/** None of the things may be written any more. */
class NothingLeft extends Error {}

/**
 * Makes one call that writes. Which things it holds is settled right before it leaves, each time that it does: it may
 * have waited for minutes, for its turn or because HubSpot had too many calls.
 * @throws SyncError when it failed for a reason that lies not in the things
 */
export async function askToWrite<T extends { id: number }>(
  { connection, signal, claim }: Tools,
  things: readonly T[],
  call: {
    what: string;
    path: string;
    /** Making it twice does no harm. */
    repeatable: boolean;
    input: (thing: T) => object;
    named: (thing: T) => Input;
  },
): Promise<Said> {
  const { what, path, repeatable, input, named } = call;
  let sent: readonly T[] = [];
  const prepare = async () => {
    const ids = things.map(({ id }) => id);
    const ours = await claim(ids, connection.longestMs);
    sent = things.filter(({ id }) => ours.has(id));
    if (sent.length === 0) throw new NothingLeft();
    return { inputs: sent.map(input) };
  };
  try {
    const answer = await connection.request(what, signal, {
      method: 'POST',
      path,
      prepare,
      accepts: isOfThings,
      repeatable,
    });
    if (answer.status < 400) return readBatchOutcome(answer.body, sent.map(named));
    if (sent.length === things.length) return { refused: refusalOf(answer) };
  } catch (error) {
    if (!(error instanceof NothingLeft)) throw error;
  }
  return [] satisfies Written[];
}

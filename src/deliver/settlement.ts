import { GIVE_UP_AFTER } from '../ledger/open-sends.ts';
import type { Settlement } from '../ledger/settle.ts';
import type { Tried } from './deliver-one.ts';
import { retryDelay } from './retry.ts';

/** However long ago the first try was (a campaign may be paused for days), a mail gets at least so many. */
const FEWEST_TRIES = 4;
/** When a mail that our own server could not take is tried again, in milliseconds. */
const SERVER_PAUSE = 60_000;

/** What one try means for its row in the ledger; null when the row is as it should be. */
export function settlementOf({ prepared, outcome, begun }: Tried, now: Date): Settlement | null {
  const { send, uniform, beginning } = prepared;
  const row = { id: send.id, messageId: beginning.messageId, address: beginning.address, begun };
  const again = { ...row, kind: 'again', status: null, counts: false } as const;
  switch (outcome.kind) {
    case 'sent':
      return { ...row, kind: 'sent', response: outcome.response };
    case 'rejected':
      return {
        ...row,
        kind: 'failed',
        reason: 'smtp_rejected',
        detail: outcome.response,
        status: outcome.status,
      };
    case 'in_doubt':
      return {
        ...row,
        kind: 'in_doubt',
        detail: `The connection broke while the mail was under way: ${outcome.response}`,
      };
    case 'recalled':
    case 'unreachable':
      // Nothing left. What the ledger has as on its way already is open again.
      return begun ? { ...again, at: now, detail: 'It had not left yet.' } : null;
    case 'later': {
      const { response, status, cause } = outcome;
      if (cause === 'server') {
        return { ...again, at: new Date(now.getTime() + SERVER_PAUSE * (1 + uniform / 4)), detail: response };
      }
      const tries = send.attempts + 1;
      const lastTryAt = (send.triedAt ?? now).getTime() + GIVE_UP_AFTER;
      if (now.getTime() >= lastTryAt && tries >= FEWEST_TRIES) {
        const detail = `After ${tries} tries in a day: ${response}`;
        return { ...row, kind: 'failed', reason: 'gave_up', detail, status };
      }
      const next = now.getTime() + retryDelay(tries, uniform);
      const at = new Date(now.getTime() < lastTryAt ? Math.min(next, lastTryAt) : next);
      // A try that broke off once the ledger had it as on its way is counted there already.
      return { ...row, kind: 'again', at, detail: response, status, counts: true };
    }
  }
}

/** What a refusal means that was about us: its words are kept, so that a second one after a person has looked counts. */
export function sparedSettlement(
  { prepared: { send, beginning }, begun }: Tried,
  response: string,
  now: Date,
): Settlement {
  return {
    id: send.id,
    messageId: beginning.messageId,
    address: beginning.address,
    begun,
    kind: 'again',
    at: now,
    detail: response,
    status: null,
    counts: false,
  };
}

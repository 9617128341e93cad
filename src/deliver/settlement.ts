import { GIVE_UP_AFTER } from '../ledger/open-sends.ts';
import type { Settlement } from '../ledger/settle.ts';
import type { Tried } from './deliver-one.ts';
import { retryDelay } from './retry.ts';

/** What one try means for its row in the ledger; null when the row is as it should be. */
export function settlementOf({ prepared, outcome, begun }: Tried, now: Date): Settlement | null {
  const { send, uniform, beginning } = prepared;
  const row = { id: send.id, messageId: beginning.messageId, address: beginning.address };
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
      return begun
        ? { ...row, kind: 'again', at: now, detail: 'It had not left yet.', status: null, counts: false }
        : null;
    case 'later': {
      const { response, status } = outcome;
      const tries = send.attempts + 1;
      const lastTryAt = (send.triedAt ?? now).getTime() + GIVE_UP_AFTER;
      if (now.getTime() >= lastTryAt) {
        const detail = `After ${tries} tries in a day: ${response}`;
        return { ...row, kind: 'failed', reason: 'gave_up', detail, status };
      }
      const at = new Date(Math.min(now.getTime() + retryDelay(tries, uniform), lastTryAt));
      // A try that broke off once the ledger had it as on its way is counted there already.
      return { ...row, kind: 'again', at, detail: response, status, counts: true };
    }
  }
}

import type { SendLedger } from '../ledger/send-ledger.ts';
import type { Prepared } from './mailer.ts';
import type { Outcome } from './outcome.ts';
import type { MailTransport } from './transport.ts';

/** One try at one send, and what became of it. */
export interface Tried {
  prepared: Prepared;
  outcome: Outcome;
  /** What was said at the last try of the same send; null when there was none. */
  before: string | null;
  /** The ledger has it as on its way (or may have: the database broke off while answering). */
  begun: boolean;
}

/**
 * Tries to hand over one mail. The ledger is asked once, after the server's 354 and before the first byte leaves.
 * @param wanted asked before the conversation begins
 */
export async function deliverOne(
  given: { transport: MailTransport; ledger: Pick<SendLedger, 'begin'> },
  prepared: Prepared,
  wanted: () => boolean,
): Promise<Tried> {
  const asked: Promise<boolean>[] = [];
  const begin = () => {
    const answer = asked[0] ?? given.ledger.begin(prepared.beginning);
    asked[0] = answer;
    return answer;
  };
  const outcome = await given.transport.send(prepared.mail, { wanted, begin });
  // The connection may have broken before the ledger had answered.
  const begun = (await asked[0]?.catch(() => true)) ?? false;
  return { prepared, outcome, before: prepared.send.detail, begun };
}

import type { Database } from '../db/connect.ts';
import { classify } from './bounces/classify.ts';
import { recordReport } from './mail-events.ts';

/** A mail that the server refused while we spoke with it. */
export interface RefusedMail {
  sendId: number;
  address: string;
  /** What the server said. */
  response: string;
  /** Enhanced status code (RFC 3463), or null. */
  status: string | null;
}

/**
 * A refusal that is about the address ("no such user") says what a bounce would say, so it is recorded as one and
 * stops all mail to the address. Any other refusal (policy, reputation, size) stays a matter of this one mail.
 */
export async function recordRefusal(
  db: Database,
  refused: RefusedMail,
  given: { softBounces: number; now: Date },
): Promise<void> {
  const { sendId, address, response } = refused;
  const { kind, status } = classify({ status: refused.status, text: response });
  if (kind !== 'hard_bounce') return;
  await recordReport(
    db,
    {
      kind,
      address,
      sendId,
      status,
      detail: response,
      source: 'smtp',
      occurredAt: given.now,
      dedupeKey: `smtp:${sendId}`,
    },
    given,
  );
}

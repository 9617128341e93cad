import type { Database } from '../../db/connect.ts';
import type { ProposalKind } from '../../domain/learning.ts';
import { ProposalError } from './proposal-error.ts';

/** Something that was put forward, and what a person said to it. */
export interface Decided {
  id: number;
  kind: ProposalKind;
  contentId: string;
  variantId: string;
  decision: 'yes' | 'no';
}

/**
 * A person's answer to a proposal. It changes nothing by itself: content is people's files. After a yes to `graduate`
 * its file can be written (`developmentFrom`), and the offer goes on as it was; after a no it is not put forward again.
 * A development that should be rewritten is left in peace for half a year either way. What was stopped stays stopped.
 *
 * @throws ProposalError when there is none of this number, or it is decided already
 */
export async function decideProposal(
  db: Database,
  { id, yes, now }: { id: number; yes: boolean; now: Date },
): Promise<Decided> {
  const proposal = await db
    .selectFrom('proposals')
    .select(['kind', 'decision'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!proposal) throw new ProposalError('unknown', `There is no proposal ${id}.`);
  if (proposal.kind === 'stopped' && !yes) {
    throw new ProposalError(
      'stays_stopped',
      'A form that did harm stays stopped; "yes" takes note of it. To try its texts again, write them as a new form.',
    );
  }
  const decided = await db
    .updateTable('proposals')
    .set({ decided_at: now, decision: yes ? 'yes' : 'no' })
    .where('id', '=', id)
    .where('decided_at', 'is', null)
    .returning(['id', 'kind', 'content_id', 'variant_id'])
    .executeTakeFirst();
  if (!decided) throw new ProposalError('decided', `Proposal ${id} is decided already.`);
  return {
    id: decided.id,
    kind: decided.kind,
    contentId: decided.content_id,
    variantId: decided.variant_id,
    decision: yes ? 'yes' : 'no',
  };
}

import type { Database } from '../../db/connect.ts';
import type { Library } from '../../library/library.ts';
import { decidePairing } from '../evolution/decide-pairing.ts';
import { decideProposal } from '../proof/decide.ts';
import { developmentFrom, developmentIdOf } from '../proof/development.ts';
import { ProposalError } from '../proof/proposal-error.ts';
import { type Decision, readDecisionId } from './decisions.ts';
import type { DecisionChoice } from './told.ts';

/** A file for the library that a person agreed to. */
export interface NewFile {
  /** In the library: `developments/….yaml`. */
  path: string;
  text: string;
}

/**
 * Does what a person decided about something that the report puts forward.
 * @param given.id as the report names it
 * @param given.waiting it was shown as waiting: what was decided meanwhile is refused. Else a no takes an agreed pairing
 *   back, and a second yes only gives the file again
 * @returns what it was about, and the file that belongs into the library now; null: none
 * @throws ProposalError when it can't be decided
 */
export async function decide(
  db: Database,
  given: { id: string; as: DecisionChoice; library: Library; waiting?: boolean; now: Date },
): Promise<{ kind: Decision['kind']; file: NewFile | null }> {
  const { as, library, waiting = false, now } = given;
  const about = readDecisionId(given.id);
  if (about === null) {
    throw new ProposalError(
      'unknown',
      `"${given.id}" is nothing to decide. The report names what is, e.g. 42 or pairing:offer/product.`,
    );
  }
  const yes = as !== 'no';
  if (about.kind === 'pairing') {
    await decidePairing(db, { ...about, yes, similar: as === 'similar', waiting, now });
    return { kind: 'pairing', file: null };
  }
  if (as === 'similar')
    throw new ProposalError('not_a_pairing', 'Only a pairing can be similar to what somebody owns.');
  // what can't be written is not agreed to
  const file = yes ? await fileOf(db, { id: about.id, library, now }) : null;
  const kind =
    file?.decided && !waiting ? 'graduate' : (await decideProposal(db, { id: about.id, yes, now })).kind;
  return { kind, file: file && { path: file.path, text: file.text } };
}

/** The file of a form that was agreed to. @throws ProposalError when it can't be written */
export async function agreedFile(
  db: Database,
  given: { id: number; library: Library; now: Date },
): Promise<NewFile | null> {
  const file = await fileOf(db, given);
  return file?.decided ? { path: file.path, text: file.text } : null;
}

/** Null: it is about something else, or was refused. */
async function fileOf(
  db: Database,
  { id, library, now }: { id: number; library: Library; now: Date },
): Promise<(NewFile & { decided: boolean }) | null> {
  const proposal = await db
    .selectFrom('proposals')
    .select(['content_id', 'variant_id', 'decision'])
    .where('id', '=', id)
    .where('kind', '=', 'graduate')
    .executeTakeFirst();
  if (!proposal || proposal.decision === 'no') return null;
  const offer = library.offers.get(proposal.content_id);
  if (!offer)
    throw new ProposalError('offer_gone', `The offer "${proposal.content_id}" is no longer in the library.`);
  return {
    path: `developments/${developmentIdOf(offer.id)}.yaml`,
    text: developmentFrom(offer, proposal.variant_id, { today: now.toISOString().slice(0, 10) }),
    decided: proposal.decision === 'yes',
  };
}

import type { Database } from '../../db/connect.ts';
import type { ProposalKind } from '../../domain/learning.ts';

/** Something that waits for a person. */
export type Decision =
  | {
      /** As people name it: `pairing:offer/product`. */
      id: string;
      kind: 'pairing';
      offerId: string;
      productKey: string;
      evidence: Evidence;
      at: Date;
    }
  | {
      /** The proposal's number. */
      id: string;
      kind: ProposalKind;
      contentId: string;
      variantId: string;
      evidence: Evidence;
      at: Date;
    };

/** The numbers behind it, as whoever put it forward has written them. */
export type Evidence = Readonly<Record<string, unknown>>;

/** A form of an offer that a person agreed to make proven content of. */
export interface Agreed {
  /** The proposal's number. */
  id: string;
  offerId: string;
  variantId: string;
}

/** Which of these are still to be put into the library is for the reader to see. */
export async function loadAgreed(db: Database): Promise<Agreed[]> {
  const rows = await db
    .selectFrom('proposals')
    .select(['id', 'content_id', 'variant_id'])
    .where('kind', '=', 'graduate')
    .where('decision', '=', 'yes')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ id: String(row.id), offerId: row.content_id, variantId: row.variant_id }));
}

/** What waits for a person, what is most urgent first: something was stopped; then what came first. */
export async function loadDecisions(db: Database): Promise<Decision[]> {
  const pairings = await db
    .selectFrom('pairings')
    .select(['offer_id', 'product_key', 'evidence', 'proposed_at'])
    .where('state', '=', 'proposed')
    .orderBy('proposed_at')
    .execute();
  const proposals = await db
    .selectFrom('proposals')
    .select(['id', 'kind', 'content_id', 'variant_id', 'evidence', 'made_at'])
    .where('decided_at', 'is', null)
    .orderBy('id')
    .execute();
  const decisions: Decision[] = [
    ...proposals.map((row) => ({
      id: String(row.id),
      kind: row.kind,
      contentId: row.content_id,
      variantId: row.variant_id,
      evidence: row.evidence,
      at: row.made_at,
    })),
    ...pairings.map((row) => ({
      id: pairingId({ offerId: row.offer_id, productKey: row.product_key }),
      kind: 'pairing' as const,
      offerId: row.offer_id,
      productKey: row.product_key,
      evidence: row.evidence,
      at: row.proposed_at,
    })),
  ];
  return decisions.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

const ORDER: readonly Decision['kind'][] = ['stopped', 'graduate', 'pairing', 'rewrite'];

/** How people name a pairing, in the command and on the page. */
export const pairingId = ({ offerId, productKey }: { offerId: string; productKey: string }): string =>
  `pairing:${offerId}/${productKey}`;

/** What a name means; null: it names nothing that there could be. */
export function readDecisionId(
  id: string,
): { kind: 'pairing'; offerId: string; productKey: string } | { kind: 'proposal'; id: number } | null {
  const pairing = /^pairing:([^/]+)\/(.+)$/.exec(id);
  if (pairing) return { kind: 'pairing', offerId: pairing[1] as string, productKey: pairing[2] as string };
  return /^[1-9]\d{0,14}$/.test(id) ? { kind: 'proposal', id: Number(id) } : null;
}

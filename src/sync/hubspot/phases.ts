import { z } from 'zod';
import type { Position, SyncBatch } from '../port.ts';

/** `Omit` that keeps the members of a union apart. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Batches that belong together, and where to go on behind them; null: the phase is at its end. */
export interface Chunk {
  batches: Without<SyncBatch, 'position'>[];
  after: string | null;
  /** How many records of the phase's list this chunk is made of. */
  listed?: number;
}

/** One part of a sync that can be gone on with in the middle. */
export interface Phase {
  name: string;
  /** Chunks behind `after`, at least one, the last of them with `after: null` and a batch. */
  read(after: string | null): AsyncIterable<Chunk>;
}

export interface PhasePosition extends Position {
  phase: string;
  after: string | null;
  /** Records of this phase's list before `after`. */
  listed: number;
}

/** The phase of a position behind everything. */
export const DONE = 'done';

/** The phases' batches one after the other, from a position on, each with the position behind it. */
export async function* walkPhases(
  phases: readonly Phase[],
  position: PhasePosition | null,
): AsyncGenerator<SyncBatch & { position: PhasePosition }> {
  if (position?.phase === DONE) return;
  // a phase that another version knew: from the beginning
  const first = phases.findIndex((phase) => phase.name === position?.phase);
  let after = first < 0 ? null : (position?.after ?? null);
  let listed = first < 0 ? 0 : (position?.listed ?? 0);
  for (const [index, phase] of phases.entries()) {
    if (index < first) continue;
    let here: PhasePosition = { phase: phase.name, after, listed };
    for await (const chunk of phase.read(after)) {
      listed += chunk.listed ?? 0;
      const next: PhasePosition =
        chunk.after === null
          ? { phase: phases[index + 1]?.name ?? DONE, after: null, listed: 0 }
          : { phase: phase.name, after: chunk.after, listed };
      for (const [number, batch] of chunk.batches.entries()) {
        // a death between two batches of a chunk reads the chunk again
        const last = number === chunk.batches.length - 1;
        yield { ...batch, position: last ? next : here };
      }
      here = next;
    }
    after = null;
    listed = 0;
  }
}

const positionJson = z
  .object({ phase: z.string(), after: z.string().nullable(), listed: z.int().min(0).default(0) })
  // what a pass keeps besides
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** The position if it is one of `walkPhases`; null for anything else. */
export function readPhasePosition(raw: unknown): PhasePosition | null {
  return positionJson.safeParse(raw).data ?? null;
}

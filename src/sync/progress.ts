import { z } from 'zod';
import type { Position } from './port.ts';
import type { Confirmation } from './removal.ts';
import { SYNC_OBJECTS, type SyncObject } from './rows.ts';

/** What a run that died needs to go on. */
export interface Progress {
  position: Position | null;
  /** Cursors as they were when the run started, ISO 8601. */
  since: Partial<Record<SyncObject, string>>;
  /** What changed until then will be known when the run is at its end, ISO 8601. */
  covers: string;
  /** What a full pass has listed to its end. */
  confirmed: Confirmation[];
  /** Share of the pass that is done, 0 to 1. */
  done: number;
  /** Of a comparison: what each portion found. */
  portions: Portion[];
}

/** What one night's portion of a comparison looked at, and how many records were not as the CRM has them. */
export interface Portion {
  /** ISO 8601. */
  endedAt: string;
  /** Shares of the whole, 0 to 1. */
  from: number;
  to: number;
  slipped: number;
}

/** `sync_runs.progress`, as it is read back. */
export const progressJson = z.object({
  position: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
  since: z.partialRecord(z.enum(SYNC_OBJECTS), z.iso.datetime()),
  covers: z.iso.datetime(),
  confirmed: z.array(
    z.object({ object: z.enum(SYNC_OBJECTS), prefix: z.string(), intended: z.boolean().optional() }),
  ),
  done: z.number().default(0),
  portions: z
    .array(z.object({ endedAt: z.iso.datetime(), from: z.number(), to: z.number(), slipped: z.int() }))
    .default([]),
});

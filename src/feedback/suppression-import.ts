import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { type NewSuppression, suppressAll } from '../db/suppress.ts';
import { type ListLine, SuppressionListError } from './suppression-csv.ts';

export interface Imported {
  /** Addresses that were free until now. */
  added: number;
  /** On the list before, or twice in the file. */
  known: number;
  invalid: { line: number; problem: string }[];
}

/** Lines in one statement. */
const LINES = 2000;

/**
 * Adds a whole list in one transaction: all of its readable lines, or, when something goes wrong, none.
 * @throws SuppressionListError when its hashes were made by another installation: they would stop nobody
 */
export async function importSuppressions(
  db: Database,
  lines: AsyncIterable<ListLine>,
  onProgress: (read: number) => void = () => {},
): Promise<Imported> {
  return await db.transaction().execute(async (tx) => {
    const result: Imported = { added: 0, known: 0, invalid: [] };
    let batch: NewSuppression[] = [];
    let read = 0;
    let hashes = 0;
    let sameSalt: boolean | null = null;
    const store = async () => {
      const added = await suppressAll(tx, batch);
      result.added += added;
      result.known += batch.length - added;
      batch = [];
      onProgress(read);
    };
    for await (const { line, ...rest } of lines) {
      read += 1;
      if ('problem' in rest) {
        result.invalid.push({ line, problem: rest.problem });
        continue;
      }
      const { entry, hash } = rest;
      if (!('address' in entry)) hashes += 1;
      else if (hash !== null) sameSalt ??= await isHashOf(tx, hash, entry.address);
      batch.push(entry);
      if (batch.length === LINES) await store();
    }
    if (hashes > 0 && sameSalt === false) {
      throw new SuppressionListError(
        `This list comes from another installation. Its ${hashes} entries without an address would stop nobody here, ` +
          'because hashes are salted. Nothing was imported. Take these lines out, or restore the database instead.',
      );
    }
    await store();
    return result;
  });
}

async function isHashOf(db: Database, hash: string, address: string): Promise<boolean> {
  const { rows } = await sql<{ same: boolean }>`select address_hash(${address}) = ${hash} as same`.execute(
    db,
  );
  return rows[0]?.same ?? false;
}

import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { type AddressBook, addressSet, domainOf, domainSet } from './address-book.ts';
import { FREEMAIL } from './freemail.ts';

/** PostgreSQL's code for a table that is not there: this database has never been set up. */
const UNDEFINED_TABLE = '42P01';

/**
 * The addresses of the synced customers; none when nothing was ever synced. Reads only, and sees to it itself.
 * Customers who are no longer in the CRM count, too: the mail went to a customer.
 */
export async function customerAddresses(db: Database): Promise<string[]> {
  return await db
    .transaction()
    .setAccessMode('read only')
    .execute((tx) =>
      sql<{ address: string }>`
        select distinct email_key as address from customers where email_key like '%_@_%'`.execute(tx),
    )
    .then(({ rows }) => rows.map(({ address }) => address))
    .catch((error: unknown) => {
      if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return [];
      throw error;
    });
}

/** By what customers are recognised: their addresses, and their domains except those of mailbox providers. */
export function bookOf(addresses: readonly string[]): AddressBook {
  const domains = new Set(addresses.map(domainOf).filter((domain) => !FREEMAIL.has(domain)));
  return { addresses: addressSet(addresses), domains: domainSet(domains) };
}

import { z } from 'zod';
import type { MailAddress } from '../config.ts';
import type { Customer } from '../domain/customer.ts';

/**
 * Where a customer's answers to a mail go to when the CRM knows their salesperson. Null for an address that is none:
 * answers must not get lost by a slip in the CRM. The name stands in a header that says whom one writes to, so one that
 * holds line breaks or looks like an address is left out.
 */
export function salespersonOf(customer: Pick<Customer, 'ownerName' | 'ownerEmail'>): MailAddress | null {
  const address = z.email().safeParse(customer.ownerEmail?.trim());
  if (!address.success) return null;
  const name = customer.ownerName?.replace(/\s+/g, ' ').trim() ?? '';
  return { name: /[\p{Cc}@<>]/u.test(name) ? '' : name, address: address.data };
}

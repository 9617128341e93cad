import { addressForms } from '../domain/address-forms.ts';

/** Addresses and whole domains that stand for somebody. Lower-cased, domains with umlauts in both spellings. */
export interface AddressBook {
  addresses: ReadonlySet<string>;
  domains: ReadonlySet<string>;
}

export const addressSet = (addresses: Iterable<string>): ReadonlySet<string> =>
  new Set([...addresses].flatMap((address) => addressForms(address)));

export const domainSet = (domains: Iterable<string>): ReadonlySet<string> =>
  new Set([...domains].flatMap((domain) => addressForms(`@${domain}`)).map((form) => form.slice(1)));

/** The domain of an address, or "" where there is none. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Whether an address is at one of the domains, or at a domain below one of them. */
export function isWithin(address: string, domains: ReadonlySet<string>): boolean {
  if (domains.size === 0) return false;
  let domain = domainOf(address);
  while (domain.includes('.')) {
    if (domains.has(domain)) return true;
    domain = domain.slice(domain.indexOf('.') + 1);
  }
  return false;
}

export const isIn = (address: string, book: AddressBook): boolean =>
  book.addresses.has(address) || isWithin(address, book.domains);

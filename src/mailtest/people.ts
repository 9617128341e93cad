import { z } from 'zod';
import { checkShape } from '../library/issues.ts';
import type { Problem } from '../library/problem.ts';
import { parseYaml } from '../library/yaml-file.ts';
import { type AddressBook, addressSet, domainSet } from './address-book.ts';

/** Who is who, from the mailbox owner's point of view. */
export interface People {
  /** The owner's addresses; null: whoever sends from the own domains. */
  me: ReadonlySet<string> | null;
  /** The company's domains. */
  domains: ReadonlySet<string>;
  up: ReadonlySet<string>;
  sideways: ReadonlySet<string>;
  down: ReadonlySet<string>;
  /** Customers whom the CRM does not know. */
  customers: AddressBook;
}

const address = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[^@\s<>]+@[^@\s<>]+$/, 'write the address alone, e.g. kim.berg@orvelin.example');
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[^@\s/:]+\.[^@\s/:.]+$/, 'write the domain alone, e.g. orvelin.example');
const list = <T extends z.ZodType>(item: T) => z.array(item).default([]);

const CIRCLES = ['me', 'up', 'sideways', 'down'] as const;

const file = z
  .strictObject({
    me: z.array(address).min(1, 'name an address, or leave "me" out').optional(),
    domains: z.array(domain).min(1, 'name at least one domain of your company'),
    up: list(address),
    sideways: list(address),
    down: list(address),
    customers: z.strictObject({ addresses: list(address), domains: list(domain) }).default({
      addresses: [],
      domains: [],
    }),
  })
  .superRefine((people, ctx) => {
    const seen = new Map<string, string>();
    for (const circle of CIRCLES) {
      for (const [index, person] of (people[circle] ?? []).entries()) {
        const before = seen.get(person);
        seen.set(person, circle);
        if (before === undefined) continue;
        const message = `${person} is in "${before}" already; name everybody once`;
        ctx.addIssue({ code: 'custom', path: [circle, index], message });
      }
    }
  });

/** Reads the text of a people file: either the people, or what is wrong with it, line by line. */
export function readPeople(name: string, text: string): { people: People | null; problems: Problem[] } {
  const { parsed, problems } = parseYaml(name, text);
  if (!parsed) return { people: null, problems };
  const { content, problems: wrong } = checkShape(parsed, file);
  if (!content) return { people: null, problems: wrong };
  const { me, domains, up, sideways, down, customers } = content;
  const people: People = {
    me: me ? addressSet(me) : null,
    domains: domainSet(domains),
    up: addressSet(up),
    sideways: addressSet(sideways),
    down: addressSet(down),
    customers: { addresses: addressSet(customers.addresses), domains: domainSet(customers.domains) },
  };
  return { people, problems: [] };
}

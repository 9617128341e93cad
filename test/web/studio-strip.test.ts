import { describe, expect, test } from 'vitest';
import type { Interesting } from '../../src/studio/interesting.ts';
import { askedOf } from '../../src/web/console/studio/asked.ts';
import { stripOf } from '../../src/web/console/studio/strip.ts';

const one = (id: string, why: Interesting['why']): Interesting => ({
  id,
  why,
  name: null,
  company: null,
  product: null,
});

describe('the strip of customers worth a look', () => {
  const ones = [one('a', 'longest_name'), one('b', 'no_name'), one('a', 'segment'), one('c', 'ratio_0')];

  test('comes past everybody, whoever is there for several reasons', () => {
    const seen: string[] = [];
    let customer = 'a';
    for (let step = 0; step < 4; step += 1) {
      seen.push(customer);
      const { next } = stripOf(askedOf.parse({ customer }), ones);
      customer = new URLSearchParams(next).get('customer') ?? '';
    }
    expect(seen).toEqual(['a', 'b', 'c', 'a']);
  });

  test('begins at either end for whoever is not in it', () => {
    const { previous, next, entries } = stripOf(askedOf.parse({ customer: 'x' }), ones);
    expect([next, previous]).toEqual(['?customer=a', '?customer=c']);
    expect(entries.map(({ why }) => why)).toEqual(['longest_name', 'no_name', 'ratio_0']);
  });
});

import { eachOnce, type Interesting } from '../../../studio/interesting.ts';
import { type Asked, linkTo } from './asked.ts';

/** The interesting customers as a strip to flip through: where one stands, and what comes before and after. */
export function stripOf(asked: Asked, interesting: readonly Interesting[]) {
  const ones = eachOnce(interesting);
  const at = ones.findIndex(({ id }) => id === asked.customer);
  const link = (one: Interesting | undefined) => one && linkTo(asked, { customer: one.id, search: '' });
  const { length } = ones;
  return {
    entries: ones.map((one, index) => ({ ...one, chosen: index === at, link: link(one) })),
    previous: link(ones[at < 0 ? length - 1 : (at - 1 + length) % length]),
    next: link(ones[at < 0 ? 0 : (at + 1) % length]),
  };
}

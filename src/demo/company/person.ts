import { type Dice, pick, weighted } from './dice.ts';
import { NAMES, type Region } from './regions.ts';

/** Who a contact really is; the CRM may know less (see contact.ts). */
export interface Person {
  woman: boolean;
  first: string;
  last: string;
  /** As it stands before the name; empty for most. */
  title: string;
}

export function person(roll: Dice, contact: number, region: Region): Person {
  const woman = roll('woman', contact) < 0.42;
  const lists = NAMES[weighted(region.origins, roll('origin', contact))];
  const firsts = woman ? lists.women : lists.men;
  const german = region.german;
  const second =
    roll('second first name', contact) < 0.03 ? ` ${pick(firsts, roll('first 2', contact))}` : '';
  const double =
    roll('double last name', contact) < 0.04 ? `-${pick(lists.last, roll('last 2', contact))}` : '';
  return {
    woman,
    first: pick(firsts, roll('first', contact)) + second,
    last: pick(lists.last, roll('last', contact)) + double,
    title: german ? weighted(TITLES, roll('title', contact)) : '',
  };
}

const TITLES: readonly (readonly [string, number])[] = [
  ['', 0.925],
  ['Dr.', 0.06],
  ['Dr.-Ing.', 0.007],
  ['Prof. Dr.', 0.008],
];

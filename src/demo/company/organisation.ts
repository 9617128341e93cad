import { domainToASCII } from 'node:url';
import { AWKWARD_COMPANY_NAMES } from './awkward.ts';
import { type Dice, pick, weighted } from './dice.ts';
import { GERMAN_TRADES, TOWNS, WORLD_TRADES } from './places.ts';
import { NAMES, REGIONS, type Region } from './regions.ts';
import { asciiName } from './spelling.ts';

/** A firm that buys from Orvelin. */
export interface Organisation {
  name: string;
  /** Always under the reserved .example or .test, so that no real mailbox can ever be written to. */
  domain: string;
  region: Region;
}

/** Trades are numbered through with founders' names; a prime step spreads neighbours apart. */
const STEP = 7919;

export function organisation(roll: Dice, company: number): Organisation {
  const region = weighted(REGIONS, roll('region', company));
  const founders = NAMES[(region.origins[0] as readonly [keyof typeof NAMES, number])[0]].last;
  const trades = region.german ? GERMAN_TRADES : WORLD_TRADES;
  const names = founders.length * trades.length;
  const round = Math.floor(company / names);
  const place = (company * STEP) % names;
  const founder = founders[Math.floor(place / trades.length)] as string;
  const trade = trades[place % trades.length] as string;

  // once all combinations are taken, firms carry their town, then a number
  const town = round === 0 ? '' : (TOWNS[(round - 1) % TOWNS.length] as string);
  const number = round <= TOWNS.length ? '' : String(Math.ceil(round / TOWNS.length));
  const short = [founder, trade, town, number].filter(Boolean).join(' ');
  const name =
    AWKWARD_COMPANY_NAMES.get(company) ?? `${short} ${pick(region.legalForms, roll('legal', company))}`;
  return { name, domain: domainOf(roll, company, short), region };
}

function domainOf(roll: Dice, company: number, short: string): string {
  const ending = roll('ending', company) < 0.9 ? 'example' : 'test';
  if (roll('idn', company) < 0.02) {
    const punycode = domainToASCII(`${short.toLowerCase().replace(/[^\p{L}\d]+/gu, '-')}.${ending}`);
    if (punycode) return punycode;
  }
  return `${asciiName(short)}.${ending}`;
}

import type { Timing } from '../../library/schema.ts';

/** Where most people of a country live whose clocks do not all show the same time. */
export const MAIN_ZONES: Readonly<Record<string, string>> = {
  AU: 'Australia/Sydney',
  BR: 'America/Sao_Paulo',
  CA: 'America/Toronto',
  CD: 'Africa/Kinshasa',
  CL: 'America/Santiago',
  CN: 'Asia/Shanghai',
  EC: 'America/Guayaquil',
  ES: 'Europe/Madrid',
  FM: 'Pacific/Pohnpei',
  GL: 'America/Nuuk',
  ID: 'Asia/Jakarta',
  KI: 'Pacific/Tarawa',
  KZ: 'Asia/Almaty',
  MN: 'Asia/Ulaanbaatar',
  MX: 'America/Mexico_City',
  NZ: 'Pacific/Auckland',
  PF: 'Pacific/Tahiti',
  PG: 'Pacific/Port_Moresby',
  PT: 'Europe/Lisbon',
  RU: 'Europe/Moscow',
  UA: 'Europe/Kyiv',
  US: 'America/New_York',
};

/**
 * The time zone in which somebody's send window is meant: what the settings say for the country, else where most of
 * its people live, else home.
 * @param country ISO 3166-1 alpha-2, or null when it is not known
 */
export function zoneOfCountry(
  country: string | null,
  timeZones: Timing['timeZones'],
  homeTimeZone: string,
): string {
  if (country === null) return homeTimeZone;
  return timeZones[country] ?? MAIN_ZONES[country] ?? zonesOf(country)[0] ?? homeTimeZone;
}

const countries = new Map<string, string | null>();

/** The country that a time zone belongs to, as ISO 3166-1 alpha-2; null for one that belongs to none, e.g. "UTC". */
export function countryOfZone(zone: string): string | null {
  let country = countries.get(zone);
  if (country === undefined) {
    country = allCodes().find((code) => MAIN_ZONES[code] === zone || zonesOf(code).includes(zone)) ?? null;
    countries.set(zone, country);
  }
  return country;
}

/** Every pair of letters; whether it is a country, its zones tell. */
function allCodes(): string[] {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters.flatMap((first) => letters.map((second) => first + second));
}

/** All zones of a country, by the runtime's tables; none for what is no country. */
export function zonesOf(country: string): string[] {
  if (!/^[A-Z]{2}$/.test(country)) return [];
  // Known to every Node from 18 on; missing in TypeScript's library.
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones(): string[] | undefined };
  // A country that is no more (DD, UK) has the zones of the one that has taken its place.
  return locale.region === country ? (locale.getTimeZones() ?? []) : [];
}

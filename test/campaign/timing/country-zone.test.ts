import { describe, expect, it } from 'vitest';
import {
  countryOfZone,
  MAIN_ZONES,
  zoneOfCountry,
  zonesOf,
} from '../../../src/campaign/timing/country-zone.ts';
import { offsetAt } from '../../../src/campaign/timing/zone.ts';

const zone = (country: string | null, timeZones = {}) => zoneOfCountry(country, timeZones, 'Europe/Berlin');

describe('the time zone of a country', () => {
  it('is what the settings say, then where most people live, then the only one, then home', () => {
    expect(zone('US', { US: 'America/Chicago' })).toBe('America/Chicago');
    expect(zone('US')).toBe('America/New_York');
    expect(zone('PT')).toBe('Europe/Lisbon');
    expect(zone('DE')).toBe('Europe/Berlin');
    expect(zone('JP')).toBe('Asia/Tokyo');
    expect(zone(null)).toBe('Europe/Berlin');
    expect(zone('XX')).toBe('Europe/Berlin');
    expect(zone('Deutschland')).toBe('Europe/Berlin');
  });

  it('is chosen by hand wherever clocks differ within a country', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const differing = letters
      .flatMap((a) => letters.map((b) => a + b))
      .filter((code) => new Intl.Locale(`und-${code}`).region === code)
      .filter((code) => {
        const [winter, summer] = [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)];
        const clocks = zonesOf(code).map((name) => `${offsetAt(winter, name)} ${offsetAt(summer, name)}`);
        return new Set(clocks).size > 1;
      });
    // Antarctica, and the United States' outlying islands: nobody lives there.
    expect(differing.filter((code) => !(code in MAIN_ZONES))).toEqual(['AQ', 'UM']);
    for (const name of Object.values(MAIN_ZONES)) expect(() => offsetAt(0, name)).not.toThrow();
  });

  it('leads back to the country', () => {
    expect(countryOfZone('Europe/Berlin')).toBe('DE');
    expect(countryOfZone('Europe/Vienna')).toBe('AT');
    expect(countryOfZone('Europe/Kyiv')).toBe('UA');
    expect(countryOfZone('America/Chicago')).toBe('US');
    expect(countryOfZone('UTC')).toBeNull();
  });
});

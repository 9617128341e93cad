import { rateLimited } from './errors.ts';

/** Requests allowed; change them at any time. The clock of the limits is the real one: clients wait in real time. */
export interface LimitSettings {
  perTenSeconds: number;
  /** Searches have their own limit and no headers. */
  searchesPerSecond: number;
  perDay: number;
}

/** So generous that a demo never meets them; HubSpot's own are 100 or 190, 5, and 250,000 upwards. */
export const NO_LIMITS: LimitSettings = {
  perTenSeconds: 100_000,
  searchesPerSecond: 10_000,
  perDay: 10_000_000,
};

/** Counts requests in rolling windows. */
export class Limits {
  settings: LimitSettings;
  private readonly recent: number[] = [];
  private readonly searches: number[] = [];
  private today = 0;

  constructor(settings: LimitSettings) {
    this.settings = settings;
  }

  /** Lets a search through or throws the 429 for it. Searches count for the day, but not for the ten seconds. */
  search(now = performance.now()): void {
    if (this.today >= this.settings.perDay) throw rateLimited('DAILY');
    if (used(this.searches, now - 1000) >= this.settings.searchesPerSecond) throw rateLimited('SECONDLY');
    this.searches.push(now);
    this.today++;
  }

  /** Lets any other request through or throws the 429 for it. */
  general(now = performance.now()): void {
    if (this.today >= this.settings.perDay) throw rateLimited('DAILY');
    if (used(this.recent, now - 10_000) >= this.settings.perTenSeconds)
      throw rateLimited('TEN_SECONDLY_ROLLING');
    this.recent.push(now);
    this.today++;
  }

  headers(now = performance.now()): Record<string, string> {
    const { perTenSeconds, perDay } = this.settings;
    return {
      'X-HubSpot-RateLimit-Max': String(perTenSeconds),
      'X-HubSpot-RateLimit-Remaining': String(Math.max(0, perTenSeconds - used(this.recent, now - 10_000))),
      'X-HubSpot-RateLimit-Interval-Milliseconds': '10000',
      'X-HubSpot-RateLimit-Daily': String(perDay),
      'X-HubSpot-RateLimit-Daily-Remaining': String(Math.max(0, perDay - this.today)),
    };
  }
}

/** Drops what lies before the window and counts the rest. */
function used(times: number[], since: number): number {
  const first = times.findIndex((time) => time > since);
  times.splice(0, first === -1 ? times.length : first);
  return times.length;
}

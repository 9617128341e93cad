import { momentsShowing } from './zone.ts';

/** A time that nobody can tell a moment from. The message is for people. */
export class MomentError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MomentError';
  }
}

const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * A moment as people write it: "2026-12-01T09:00" by the clocks of `zone`, or with an offset of its own, such as
 * "2026-12-01T09:00+01:00". A time that comes twice, because clocks are put back, is its first.
 *
 * @throws MomentError when it is no such time, or one that clocks skip
 */
export function parseMoment(text: string, zone: string): Date {
  const [, day, time, offset] = MOMENT.exec(text.trim()) ?? [];
  const shown = Date.parse(`${day}T${time}:00Z`);
  // Date.parse takes the 31st of February for the 3rd of March.
  if (Number.isNaN(shown) || new Date(shown).toISOString().slice(0, 10) !== day) {
    throw new MomentError(`"${text}" is no day and time. Write it as 2026-12-01T09:00.`);
  }
  if (offset !== undefined) {
    const at = Date.parse(`${day}T${time}:00${offset}`);
    if (Number.isNaN(at)) throw new MomentError(`"${offset}" is no offset from UTC. Write it as +01:00.`);
    return new Date(at);
  }
  const [first] = momentsShowing(shown, zone);
  if (first === undefined) {
    throw new MomentError(`There is no ${time} on ${day} in ${zone}: clocks are put forward then.`);
  }
  return new Date(first);
}

/** A moment by the clocks of a zone, and in UTC: "2026-12-01 09:00 (Europe/Berlin), 2026-12-01 08:00 UTC". */
export function sayMoment(moment: Date, zone: string): string {
  const clock = (timeZone: string) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(moment);
  return `${clock(zone)} (${zone}), ${clock('UTC')} UTC`;
}

/** Seeded randomness in a row. */
export interface Roll {
  /** A whole number from 0 to n - 1. */
  below(n: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffle<T>(list: readonly T[]): T[];
}

/** mulberry32: small, and good enough to mix test data. */
export function roller(seed: number): Roll {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (share) => next() < share,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    shuffle: (list) =>
      list
        .map((item) => [next(), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => item),
  };
}

/** A megabyte of lines to cut bodies from: letters, and base64 as attachments have it. */
export function someText(roll: Roll): Buffer {
  const letters = 'abcdefghijklmnopqrstuvwxyzäöü ABCDEFGH0123456789+/';
  const lines = Array.from({ length: 14_000 }, () =>
    Array.from({ length: 60 + roll.below(17) }, () => roll.pick([...letters.slice(0, 49)])).join(''),
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** What looks like the beginning of a message and is none. */
const TRAPS = [
  // quoted, as mboxrd does
  '\n>From anna@orvelin.example Mon Jan  1 09:30:00 2024\nTo: x@orvelin.example\n',
  // not quoted, as mboxo does not, in the middle of a paragraph
  'so he wrote\nFrom anna@orvelin.example Mon Jan  1 09:30:00 2024\nTo: x@orvelin.example\n',
  '\nFrom the beginning it was clear: this is prose.\nTo: nobody\n',
  '\nFrom here to there, Mon or Tue, at 10:00\nTo: nobody\n',
  // a forwarded message
  '\n--x\nContent-Type: message/rfc822\n\nFrom: boss@orvelin.example\nTo: einkauf@nordwerk.example\nDate: x\n\nHi\n',
  '\r\n\r\n>From x\r\nFrom\r\nFrom \r\n\r\nFrom\n',
];

/** A body in pieces: none, short, or with an attachment; it ends with the end of a line. */
export function bodyOf(roll: Roll, text: Buffer): (Buffer | string)[] {
  if (roll.chance(0.03)) return [];
  const size = roll.chance(0.06) ? roll.below(text.length / 4) : 200 + roll.below(8000);
  const at = roll.below(text.length - size);
  const cut = Buffer.from(text.subarray(at, at + size));
  return [cut, '\n', ...(roll.chance(0.3) ? [roll.pick(TRAPS), cut.subarray(0, 300), '\n'] : [])];
}

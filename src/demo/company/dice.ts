/**
 * Seeded randomness by position: the same seed, purpose and place always give the same number, in whatever order
 * they are asked for. This is what lets a million customers exist without being held in memory.
 */
export type Dice = (purpose: string, a: number, b?: number, c?: number) => number;

/** A dice that rolls numbers from 0 (included) to 1 (excluded). */
export function dice(seed: string): Dice {
  const root = textHash(seed);
  const purposes = new Map<string, number>();
  const start = (purpose: string): number => {
    let known = purposes.get(purpose);
    if (known === undefined) {
      known = mix(root ^ textHash(purpose));
      purposes.set(purpose, known);
    }
    return known;
  };
  return (purpose, a, b = 0, c = 0) => {
    let state = mix(start(purpose) ^ Math.imul(a + 1, 0x9e3779b1));
    state = mix(state + Math.imul(b + 1, 0x85ebca77));
    state = mix(state + Math.imul(c + 1, 0xc2b2ae3d));
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/** The entry of a list that a roll falls on. */
export function pick<T>(list: readonly T[], roll: number): T {
  return list[Math.floor(roll * list.length)] as T;
}

/** The value whose share a roll falls on; shares that don't add up to 1 are scaled. */
export function weighted<T>(shares: readonly (readonly [T, number])[], roll: number): T {
  let left = roll * shares.reduce((sum, [, share]) => sum + share, 0);
  for (const [value, share] of shares) {
    left -= share;
    if (left < 0) return value;
  }
  return (shares.at(-1) as readonly [T, number])[0];
}

/** FNV-1a, 32 bits. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3: every input bit reaches every output bit. */
function mix(state: number): number {
  let h = state | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

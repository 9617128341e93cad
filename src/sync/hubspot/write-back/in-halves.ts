import type { Written } from '../../port.ts';
import type { Answer } from '../answer.ts';
import { errorBody, missingScopes } from '../failure.ts';

/** What HubSpot made of one call: what it says of each thing, or the words in which it refused them all. */
export type Said = readonly Written[] | { refused: string };

/**
 * Whether a call was refused because of what is in it, and not because of the token, the address or the account: then
 * other things may be taken. A 404 may mean one contact of a hundred, a 403 one that is out of the token's reach.
 */
export function isOfThings({ status, text }: Answer): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  const { category } = errorBody(text);
  if (status === 404) return category === 'OBJECT_NOT_FOUND';
  if (status === 403) return category !== 'MISSING_SCOPES' && missingScopes(text).length === 0;
  return [400, 409, 413].includes(status);
}

/**
 * Asks for all at once. What is refused as a whole is asked for in halves until the one is alone that was meant; when
 * both halves are refused in the words of the whole, all were meant.
 * @param ask must not throw for what it answers with `refused`
 */
export async function* askInHalves<T extends { id: number }>(
  things: readonly T[],
  ask: (things: readonly T[]) => Promise<Said>,
): AsyncGenerator<readonly Written[]> {
  const said = await ask(things);
  if (isList(said)) yield said;
  else yield* divide(things, said.refused, ask);
}

async function* divide<T extends { id: number }>(
  things: readonly T[],
  words: string,
  ask: (things: readonly T[]) => Promise<Said>,
): AsyncGenerator<readonly Written[]> {
  if (things.length <= 1) {
    yield allRefused(things, words);
    return;
  }
  const middle = Math.ceil(things.length / 2);
  const refused: { part: readonly T[]; words: string }[] = [];
  for (const part of [things.slice(0, middle), things.slice(middle)]) {
    const said = await ask(part);
    if (isList(said)) yield said;
    else refused.push({ part, words: said.refused });
  }
  if (refused.length === 2 && refused.every((half) => half.words === words)) {
    yield allRefused(things, words);
    return;
  }
  for (const half of refused) yield* divide(half.part, half.words, ask);
}

const isList = (said: Said): said is readonly Written[] => Array.isArray(said);

const allRefused = (things: readonly { id: number }[], message: string): Written[] =>
  things.map(({ id }) => ({ id, outcome: 'refused', message }));

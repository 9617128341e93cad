import { fieldsOf } from '../../bodies.ts';

/**
 * What a form says of the view it was sent from, as Fastify reads an address: what comes several times is an array. Of
 * an address in a field, nobody has looked yet whether it holds what no text in PostgreSQL can.
 */
export const queryOf = (search: string): Record<string, string | string[]> =>
  fieldsOf(new URLSearchParams(search.replaceAll('%00', '')));

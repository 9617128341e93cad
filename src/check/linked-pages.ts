import type { Composition } from '../domain/composition.ts';
import type { Library } from '../library/library.ts';
import type { LinkedPage } from './mail.ts';

/** Where the blocks of a mail lead: in the mail itself stand addresses that count clicks and forward to these. */
export function linkedPages({ blocks }: Pick<Composition, 'blocks'>, library: Library): LinkedPage[] {
  return blocks.flatMap(({ kind, contentId }) => {
    const href = (kind === 'proven' ? library.developments : library.offers).get(contentId)?.link;
    return href ? [{ contentId, href }] : [];
  });
}

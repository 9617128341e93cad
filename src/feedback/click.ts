import type { Block } from '../domain/composition.ts';
import type { Library } from '../library/library.ts';

/**
 * Where a block's link leads: to the address in our own library, never to one from the request. Content that
 * is gone, or has no link, leads to the company's website. Always https (the library's schema sees to it).
 */
export function clickTarget(block: Pick<Block, 'kind' | 'contentId'>, library: Library): string {
  const pieces = block.kind === 'proven' ? library.developments : library.offers;
  return pieces.get(block.contentId)?.link ?? library.settings.company.website;
}

import type { Path } from './yaml-file.ts';

/** `bridges[2].product`, as people count: the second bridge. */
export function dotted(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part + 1}]` : `${index ? '.' : ''}${String(part)}`))
    .join('');
}

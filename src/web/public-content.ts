import type { Library } from '../library/library.ts';
import type { ContentSource } from '../render/content.ts';

export interface PublicContent {
  /** The library as recipients see it; null when there never was a usable one. */
  library(): Promise<Library | null>;
}

/**
 * The newest library without errors. Recipients must be able to answer and unsubscribe while somebody is
 * half-way through an edit: until the mistake is mended, the last good library counts.
 */
export function publicContent(source: ContentSource): PublicContent {
  let good: Library | null = null;
  return {
    async library() {
      try {
        const { library, problems } = await source.current();
        if (good === null || problems.every((problem) => problem.severity !== 'error')) good = library;
      } catch {
        // said in the console and by /readyz
      }
      return good;
    },
  };
}

import type { ContentSource } from '../render/content.ts';

/** One watch on the content's files for everybody who wants to know. */
export function watchContent(content: ContentSource) {
  const told = new Set<() => void>();
  let stop = () => {};
  try {
    stop = content.watch(() => {
      for (const tell of told) tell();
    });
  } catch {
    // Some file systems can't be watched; pages then show changes when they are loaded again.
  }
  return {
    /** @returns how to stop being told. */
    onChange(changed: () => void): () => void {
      told.add(changed);
      return () => told.delete(changed);
    },
    close: () => stop(),
  };
}

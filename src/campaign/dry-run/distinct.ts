import type { Composition } from '../../domain/composition.ts';

/** Whole mails rendered at most. Beyond it only those with a block that no rendered mail has shown in that form. */
const MOST_MAILS = 2000;
/** Different mails that are told apart at most: bounds memory. */
const MOST_KNOWN = 200_000;

/**
 * Chooses which mails are worth rendering: every block in every form, for every product and language, is rendered at
 * least once, and so are the first different mails as wholes.
 */
export function distinctMails(mostMails = MOST_MAILS) {
  const mails = new Set<string>();
  const blocks = new Set<string>();
  let chosen = 0;
  return {
    /** How many different ones have been seen. */
    get different() {
      return mails.size;
    },
    isWorthALook({ blocks: own, language }: Pick<Composition, 'blocks' | 'language'>): boolean {
      const keys = own.map((b) => `${language}|${b.contentId}|${b.variantId}|${b.productKey}`);
      const mail = keys.join(' ');
      if (mails.has(mail)) return false;
      if (mails.size < MOST_KNOWN) mails.add(mail);
      const fresh = keys.some((key) => !blocks.has(key));
      if (!fresh && chosen >= mostMails) return false;
      for (const key of keys) blocks.add(key);
      chosen += 1;
      return true;
    },
  };
}

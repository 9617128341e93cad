import type { Database } from '../../db/connect.ts';
import { keptFile, newestHashes } from '../../render/version/store.ts';

const FOLDER = 'library/pictures';
/** Milliseconds between two looks at which pictures there are: asking for ones that never were costs nothing. */
const LOOK_EVERY = 60_000;

/** Pictures that are gone from the library, by name, for mails of campaigns that went with them. */
export function keptPictures(db: Database): (file: string) => Promise<Buffer | null> {
  let known: Promise<Map<string, string>> | null = null;
  let lookedAt = 0;

  function hashes(): Promise<Map<string, string>> {
    if (known && Date.now() - lookedAt < LOOK_EVERY) return known;
    lookedAt = Date.now();
    const looking = newestHashes(db, FOLDER);
    known = looking;
    // What failed is tried again; whoever asked gets the error.
    looking.catch(() => {
      if (known === looking) known = null;
    });
    return looking;
  }

  return async (file) => {
    const hash = (await hashes()).get(`${FOLDER}/${file}`);
    return hash === undefined ? null : await keptFile(db, hash);
  };
}

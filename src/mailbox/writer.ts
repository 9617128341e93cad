import type { Insertable } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { Tables } from '../db/schema.ts';

export type NewMail = Insertable<Tables['mailbox']>;

/** Saves mails in groups: one commit for all that arrived while the last one was under way. */
export interface MailWriter {
  /** Resolves when the mail is committed; rejects when it can't be. */
  save(mail: NewMail): Promise<void>;
}

interface Waiting {
  mail: NewMail;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Mails and bytes in one commit. */
const GROUP_SIZE = 200;
const GROUP_BYTES = 16 * 1024 * 1024;

export function mailWriter(db: Database): MailWriter {
  const waiting: Waiting[] = [];
  let writing = false;

  const insert = (mails: NewMail[]) => db.insertInto('mailbox').values(mails).execute();

  const write = async (group: Waiting[]) => {
    try {
      await insert(group.map(({ mail }) => mail));
      for (const { resolve } of group) resolve();
    } catch (error) {
      const [only] = group;
      if (group.length === 1) return only?.reject(error);
      // one mail that can't be saved must not refuse the others
      for (const one of group) await write([one]);
    }
  };

  const writeAll = async () => {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) await write(nextGroup(waiting));
    writing = false;
  };

  return {
    save: (mail) =>
      new Promise((resolve, reject) => {
        waiting.push({ mail, resolve, reject });
        void writeAll();
      }),
  };
}

function nextGroup(waiting: Waiting[]): Waiting[] {
  let count = 0;
  let bytes = 0;
  while (count < Math.min(waiting.length, GROUP_SIZE) && (count === 0 || bytes < GROUP_BYTES)) {
    bytes += waiting[count]?.mail.raw.length ?? 0;
    count++;
  }
  return waiting.splice(0, count);
}

import type { AddressBook } from './address-book.ts';
import { Count } from './count.ts';
import { findMail } from './find.ts';
import type { People } from './people.ts';
import { MailTestError } from './problem.ts';
import { readMailFile } from './read-file.ts';
import type { Found } from './splitter.ts';
import type { MailTest } from './tally.ts';

export interface MailTestInput {
  /** Files and folders. */
  paths: readonly string[];
  people: People;
  /** The CRM's customers; null: none are known. */
  crm: AddressBook | null;
  /** Reads a mailbox elsewhere, beside the files. */
  mailbox?: ((found: Found) => Promise<void>) | undefined;
  /** Told how far the files are read, in bytes. */
  onProgress?: (done: number, of: number) => void;
}

/**
 * The Mail-Test over files and folders. Memory does not grow with their size.
 * @throws MailTestError when a file can't be read, or there is not one readable message
 */
export async function readMailTest(input: MailTestInput): Promise<MailTest> {
  const { people, crm, onProgress } = input;
  const count = new Count(people, crm);
  const foundIn = (file: string): Found => ({
    message: (header, place) => count.message(file, header, place),
    unreadable: (code, place) => count.unreadable(file, code, place),
    flaw: (code, place) => count.flaw(file, code, place),
  });
  const { files, again, passedOver } = await findMail(input.paths);
  const total = files.reduce((bytes, file) => bytes + file.bytes, 0);
  let before = 0;
  for (const { path, bytes } of files) {
    await readMailFile(path, foundIn(path), {
      // a pipe does not say how much is in it
      onBytes: (read) => onProgress?.(before + Math.min(read, bytes), total),
    });
    before += bytes;
    onProgress?.(before, total);
  }
  for (const path of again) count.flaw(path, 'same_file', { message: null, offset: null });
  await input.mailbox?.(foundIn('IMAP'));
  const result = { ...count.result(), passedOver };
  if (result.messages === result.unreadable) {
    const [first] = result.problems.named;
    throw new MailTestError(
      `There is no readable mail in ${input.paths.join(', ') || 'the folder'}${first ? ` (${first.code})` : ''}. The Mail-Test reads mbox files, .eml files and folders of them.`,
    );
  }
  return result;
}

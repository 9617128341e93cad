import type { AddressBook } from './address-book.ts';
import { originOf, saysSent } from './classify.ts';
import { readHead } from './head.ts';
import type { People } from './people.ts';
import type { Place, ProblemCode } from './problem.ts';
import { type Counted, Tally } from './tally.ts';

/**
 * Counts messages as they are read: by From and Gmail's labels, and beside it by From alone. A label for sent mail that
 * is known shows that the labels can be read. Where none of many is (Gmail writes them in the owner's language), what
 * was counted by From alone holds.
 */
export class Count {
  readonly #people: People;
  readonly #byLabels: Tally;
  #byFromAlone: Tally | null;
  #labelsSeen = false;

  constructor(people: People, crm: AddressBook | null) {
    this.#people = people;
    this.#byLabels = new Tally(people, crm);
    this.#byFromAlone = new Tally(people, crm);
  }

  /** Counts a message by its header lines. */
  message(file: string, header: Buffer, place: Place): void {
    const head = readHead(header);
    this.#labelsSeen ||= head.labels !== null;
    if (saysSent(head)) this.#byFromAlone = null;
    this.#byLabels.message(file, head, originOf(head, this.#people), place);
    this.#byFromAlone?.message(file, head, originOf(head, this.#people, { byFromAlone: true }), place);
  }

  unreadable(file: string, code: ProblemCode, place: Place): void {
    this.#byLabels.unreadable(file, code, place);
    this.#byFromAlone?.unreadable(file, code, place);
  }

  flaw(file: string, code: ProblemCode, place: Place): void {
    this.#byLabels.flaw(file, code, place);
    this.#byFromAlone?.flaw(file, code, place);
  }

  result(): Counted & { byFromAlone: boolean } {
    const byFromAlone = this.#labelsSeen && this.#byFromAlone !== null;
    return { ...(this.#byFromAlone ?? this.#byLabels).result(), byFromAlone };
  }
}

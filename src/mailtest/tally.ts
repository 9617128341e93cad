import type { AddressBook } from './address-book.ts';
import { CLASSES, classOf, classOfMail, isUnnamed, type MailClass, type Origin } from './classify.ts';
import type { Head } from './head.ts';
import { monthOf } from './month.ts';
import type { People } from './people.ts';
import { type Place, PROBLEM_CODES, type Problem, type ProblemCode } from './problem.ts';

export type ClassCounts = Record<MailClass, number>;

/** What was counted. messages = sent + received + leftOut + unreadable. */
export interface Counted {
  messages: number;
  sent: number;
  /** The sent ones; their sum is `sent`. */
  classes: ClassCounts;
  received: number;
  /** Drafts, spam, chats and what is in the bin. */
  leftOut: number;
  /** Messages that could not be counted; `problems` says why. */
  unreadable: number;
  /** In the order of time; null: no readable date. Their sums are those of `classes`. */
  months: { month: string | null; classes: ClassCounts }[];
  /** Colleagues whom the people file does not name, by the number of mails sent to them. */
  colleagues: { address: string; mails: number }[];
  problems: {
    total: number;
    byCode: Partial<Record<ProblemCode, number>>;
    /** In the order in which they were found; the first ten thousand. */
    named: Problem[];
  };
}

/** What the Mail-Test found. */
export interface MailTest extends Counted {
  /** There are Gmail's labels, and none that is known to say "sent": From alone says what is one's own. */
  byFromAlone: boolean;
  /** Files in the folders that hold no mail. */
  passedOver: number;
}

/** Bounds of what is remembered, so that no mailbox fills the memory. */
const MAX_NAMED = 10_000;
const MAX_COLLEAGUES = 10_000;

const TOP_COLLEAGUES = 10;

const nothing = (): ClassCounts => ({ customers: 0, up: 0, down: 0, sideways: 0, elsewhere: 0 });

/** Counts messages one by one. */
export class Tally {
  readonly #people: People;
  readonly #crm: AddressBook | null;
  readonly #classes = nothing();
  readonly #months = new Map<string | null, ClassCounts>();
  readonly #colleagues = new Map<string, number>();
  readonly #problems: Counted['problems'] = { total: 0, byCode: {}, named: [] };
  #received = 0;
  #leftOut = 0;
  #unreadable = 0;

  constructor(people: People, crm: AddressBook | null) {
    this.#people = people;
    this.#crm = crm;
  }

  message(file: string, head: Head, origin: Origin, place: Place): void {
    if (origin === 'left_out') this.#leftOut += 1;
    else if (origin === 'received') this.#received += 1;
    else if (origin === 'unknown') this.unreadable(file, 'no_from', place);
    else if (head.recipients.length === 0) this.unreadable(file, 'no_recipients', place);
    else this.#sent(file, head, place);
  }

  unreadable(file: string, code: ProblemCode, place: Place): void {
    this.#unreadable += 1;
    this.flaw(file, code, place);
  }

  flaw(file: string, code: ProblemCode, place: Place): void {
    const { byCode, named } = this.#problems;
    this.#problems.total += 1;
    byCode[code] = (byCode[code] ?? 0) + 1;
    if (named.length < MAX_NAMED) named.push({ file, ...place, code });
  }

  #sent(file: string, { recipients, date }: Head, place: Place): void {
    const mailClass = classOfMail(recipients.map((address) => classOf(address, this.#people, this.#crm)));
    const month = date === null ? null : monthOf(date);
    if (month === null) this.flaw(file, date === null ? 'no_date' : 'bad_date', place);
    const ofMonth = this.#months.get(month) ?? nothing();
    this.#months.set(month, ofMonth);
    ofMonth[mailClass] += 1;
    this.#classes[mailClass] += 1;
    for (const address of new Set(recipients)) this.#remember(address);
  }

  #remember(address: string): void {
    if (!isUnnamed(address, this.#people)) return;
    const mails = this.#colleagues.get(address);
    if (mails === undefined && this.#colleagues.size >= MAX_COLLEAGUES) return;
    // a copy: a slice of a header would keep the whole header in memory
    const key = mails === undefined ? Buffer.from(address).toString() : address;
    this.#colleagues.set(key, (mails ?? 0) + 1);
  }

  result(): Counted {
    const sent = sum(this.#classes);
    const { byCode } = this.#problems;
    return {
      messages: sent + this.#received + this.#leftOut + this.#unreadable,
      sent,
      classes: { ...this.#classes },
      received: this.#received,
      leftOut: this.#leftOut,
      unreadable: this.#unreadable,
      months: [...this.#months]
        .map(([month, classes]) => ({ month, classes: { ...classes } }))
        .sort((a, b) => (a.month ?? '9').localeCompare(b.month ?? '9')),
      colleagues: [...this.#colleagues]
        .map(([address, mails]) => ({ address, mails }))
        .sort((a, b) => b.mails - a.mails || a.address.localeCompare(b.address))
        .slice(0, TOP_COLLEAGUES),
      problems: {
        ...this.#problems,
        byCode: Object.fromEntries(
          PROBLEM_CODES.flatMap((code) => (byCode[code] ? [[code, byCode[code]]] : [])),
        ),
        named: [...this.#problems.named],
      },
    };
  }
}

export const sum = (classes: ClassCounts): number =>
  CLASSES.reduce((total, each) => total + classes[each], 0);

import type { DemoCompany } from '../company/company.ts';
import type { ChangeFeed } from './changes.ts';
import { isGenerated, OBJECT_TYPES, type ObjectType } from './object-types.ts';

/** Associations: the generated ones, plus those made, minus those removed since. */
export class Edges {
  private readonly company: DemoCompany;
  private readonly live: (type: ObjectType, id: number) => boolean;
  private readonly feed: ChangeFeed;
  /** "from id to" → ids. */
  private readonly made = new Map<string, Set<number>>();
  private readonly removed = new Map<string, Set<number>>();

  /** `live` says whether a record exists and is not archived: others are never shown as associated. */
  constructor(company: DemoCompany, live: (type: ObjectType, id: number) => boolean, feed: ChangeFeed) {
    this.company = company;
    this.live = live;
    this.feed = feed;
  }

  /** Ids of `to` associated with a record, ascending. */
  of(from: ObjectType, id: number, to: ObjectType): number[] {
    const key = keyOf(from, id, to);
    const generated = isGenerated(from) && isGenerated(to) ? this.company.associated(from, id, to) : [];
    const removed = this.removed.get(key);
    const all = new Set([
      ...generated.filter((other) => !removed?.has(other)),
      ...(this.made.get(key) ?? []),
    ]);
    return [...all].filter((other) => this.live(to, other)).sort((a, b) => a - b);
  }

  link(from: ObjectType, id: number, to: ObjectType, other: number): void {
    if (this.of(from, id, to).includes(other)) return;
    for (const [key, end] of ends(from, id, to, other)) {
      this.removed.get(key)?.delete(end);
      this.made.set(key, (this.made.get(key) ?? new Set()).add(end));
    }
    this.announce(from, id, to, other, false);
  }

  unlink(from: ObjectType, id: number, to: ObjectType, other: number): void {
    const there = this.of(from, id, to).includes(other);
    for (const [key, end] of ends(from, id, to, other)) {
      this.made.get(key)?.delete(end);
      this.removed.set(key, (this.removed.get(key) ?? new Set()).add(end));
    }
    if (there) this.announce(from, id, to, other, true);
  }

  /** Both ends hear of it, each in its own direction. */
  private announce(from: ObjectType, id: number, to: ObjectType, other: number, removed: boolean): void {
    this.feed.announce({ kind: 'associationChange', from, id, to, other, removed });
    this.feed.announce({ kind: 'associationChange', from: to, id: other, to: from, other: id, removed });
  }

  /** Gives all associations of one record to another. */
  move(type: ObjectType, from: number, to: number): void {
    for (const other of OBJECT_TYPES) {
      for (const end of this.of(type, from, other)) {
        this.unlink(type, from, other, end);
        this.link(type, to, other, end);
      }
    }
  }
}

const keyOf = (from: ObjectType, id: number, to: ObjectType): string => `${from} ${id} ${to}`;

const ends = (from: ObjectType, id: number, to: ObjectType, other: number): [string, number][] => [
  [keyOf(from, id, to), other],
  [keyOf(to, other, from), id],
];

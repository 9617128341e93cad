import type { ObjectType } from './object-types.ts';

/** Something that happened in the CRM, as webhooks tell it. */
export type Change =
  | { kind: 'creation' | 'deletion' | 'restore' | 'privacyDeletion'; type: ObjectType; id: number }
  | {
      kind: 'propertyChange';
      type: ObjectType;
      id: number;
      name: string;
      value: string | null;
      /** The value before. */
      was: string | null;
    }
  /** `into` is the id that both live on under: a new one, or the winner's. */
  | { kind: 'merge'; type: ObjectType; winner: number; loser: number; into: number; moved: number }
  | {
      kind: 'associationChange';
      from: ObjectType;
      id: number;
      to: ObjectType;
      other: number;
      removed: boolean;
    };

/** Tells whoever listens about changes, in the order in which they happened. */
export class ChangeFeed {
  private readonly listeners = new Set<(change: Change) => void>();

  subscribe(listener: (change: Change) => void): void {
    this.listeners.add(listener);
  }

  announce(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}

/** The changes of one write: a property that got the value it had changed nothing. */
export function propertyChanges(
  type: ObjectType,
  id: number,
  before: Readonly<Record<string, string | null>>,
  written: Readonly<Record<string, string | null>>,
): Change[] {
  return Object.entries(written)
    .filter(([name, value]) => (before[name] ?? null) !== value)
    .map(([name, value]) => ({ kind: 'propertyChange', type, id, name, value, was: before[name] ?? null }));
}

import type { Alert } from '../src/observe/alert.ts';
import type { SyncResult } from '../src/sync/sync.ts';

/** Tells people of removals that wait for their word: nobody sees the report of a sync that runs by itself. */
export function massRemoval({ heldBack }: Pick<SyncResult, 'heldBack'>): Alert | null {
  if (heldBack.length === 0) return null;
  return {
    code: 'mass_removal',
    title: 'The CRM seems to have lost most of what it had',
    text: heldBack.map(({ message }) => message).join('\n'),
  };
}

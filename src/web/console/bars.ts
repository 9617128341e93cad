import type { SendState } from '../../domain/send.ts';

/** One coloured piece of a bar that is 100 wide. */
export interface StateBar {
  state: SendState | 'open';
  count: number;
  x: number;
  width: number;
}

/** How a campaign's sends divide: done, open, and what went wrong, as pieces of one bar. */
export function stateBar(sends: Partial<Record<SendState, number>>): StateBar[] {
  const of = (state: SendState) => sends[state] ?? 0;
  const parts: [StateBar['state'], number][] = [
    ['sent', of('sent')],
    ['open', of('planned') + of('queued') + of('sending')],
    ['skipped', of('skipped')],
    ['failed', of('failed')],
    ['in_doubt', of('in_doubt')],
  ];
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  let x = 0;
  return parts
    .filter(([, count]) => count > 0)
    .map(([state, count]) => {
      const width = (100 * count) / total;
      const piece = { state, count, x, width };
      x += width;
      return piece;
    });
}

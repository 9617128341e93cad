import type { SyncProgress } from '../sync/sync.ts';
import { count, progress } from './output.ts';
import { minutesLeft, timeLeft } from './time-left.ts';

type Shown = Pick<SyncProgress, 'mode' | 'object' | 'done' | 'listing' | 'counts'>;

/** The moving line of a sync. */
export interface SyncLine {
  update(progress: Shown): void;
  end(): void;
}

export function syncLine(options: { quiet: boolean | undefined }): SyncLine {
  const shown = progress('Syncing', options);
  const left = timeLeft();
  return {
    update(now) {
      const ms = now.done === null ? null : left(now.done, performance.now());
      // a comparison stops for the night long before it is at its end
      shown.line(syncText(now, now.mode === 'comparison' ? null : ms), now.done);
    },
    end: () => shown.end(),
  };
}

/** e.g. "customers 34,000 of 200,000 · 23 % · about 9 min left": what is known of it. */
export function syncText({ object, done, listing, counts }: Shown, msLeft: number | null): string {
  const { inserted, changed, unchanged } = counts[object];
  return [
    listing
      ? `${listing.what} ${count(listing.read)} of ${count(listing.of)}`
      : `${object} ${count(inserted + changed + unchanged)}`,
    ...(done === null ? [] : [`${Math.floor(done * 100)} %`]),
    ...(msLeft === null ? [] : [minutesLeft(msLeft)]),
  ].join(' · ');
}

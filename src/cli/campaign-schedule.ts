import { clearSchedule, scheduleCampaign } from '../campaign/schedule.ts';
import { MomentError, parseMoment, sayMoment } from '../campaign/timing/moment.ts';
import { UsageError } from './exit.ts';
import { bold } from './output.ts';
import { type Common, print, withApp } from './session.ts';

interface ScheduleOptions extends Common {
  at?: string;
  spreadHours?: number;
  clear?: boolean;
}

/** Schedules a campaign to start by itself, or takes its schedule away. */
export async function schedule(id: string, options: ScheduleOptions): Promise<void> {
  const { at, clear, spreadHours } = options;
  if ((at === undefined) === !clear) throw new UsageError('Say when: --at TIME; or --clear.');
  await withApp(async (app) => {
    if (at === undefined) {
      const campaign = await clearSchedule(app.db, id, app.now());
      return print(
        options,
        campaign,
        () => `Campaign ${bold(id)} is a draft again: it does not start by itself.`,
      );
    }
    const { settings } = (await app.content.library()).library;
    const { timeZone } = settings.nightly;
    const startsAt = momentOf(at, timeZone);
    if (startsAt <= app.now()) {
      throw new UsageError(
        `${sayMoment(startsAt, timeZone)} has passed. Send it now: spielbein campaign run ${id}`,
      );
    }
    if (settings.campaigns.approval !== 'none') {
      // The moment is part of what a second person agrees to.
      throw new UsageError(
        'With campaigns.approval, campaigns are scheduled in the console, where somebody agrees to it.',
      );
    }
    const campaign = await scheduleCampaign(app.db, id, { startsAt, spreadHours, now: app.now() });
    print(options, campaign, () =>
      [
        `Campaign ${bold(id)} starts at ${sayMoment(startsAt, timeZone)}.`,
        ...(campaign.spreadHours > 0
          ? [`Its mails are spread over ${campaign.spreadHours} hours of the recipients’ send windows.`]
          : []),
        'A worker must be running then: spielbein up, or spielbein worker.',
      ].join('\n'),
    );
  });
}

function momentOf(text: string, timeZone: string): Date {
  try {
    return parseMoment(text, timeZone);
  } catch (error) {
    throw error instanceof MomentError ? new UsageError(`--at: ${error.message}`) : error;
  }
}

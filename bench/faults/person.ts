import { setTimeout as sleep } from 'node:timers/promises';
import { getCampaign } from '../../src/ledger/campaigns.ts';
import { spielbein } from '../../test/stands/process.ts';
import type { Check } from './accounts.ts';
import { CAMPAIGN, type Stage } from './stage.ts';

/** What a person does when a campaign has paused itself: mends what it says, and resumes. */
export interface Person {
  /** What the campaign said each time. */
  pauses: string[];
  /** The wrong password is the only thing that needs a person: everything else must mend itself. */
  check(): Check;
  stop(): Promise<void>;
}

/** A person looks at the campaign now and then. */
const LOOK_EVERY = 500;

export function keepGoing({ db, mail, env }: Pick<Stage, 'db' | 'mail' | 'env'>): Person {
  const pauses: string[] = [];
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      await sleep(LOOK_EVERY);
      const campaign = await getCampaign(db, CAMPAIGN).catch(() => null);
      if (campaign?.state !== 'paused') continue;
      pauses.push(campaign.attention ?? '');
      mail.refuseSignIn(false);
      await spielbein(['campaign', 'resume', CAMPAIGN], env('person')).ended;
    }
  })();
  return {
    pauses,
    check() {
      const others = pauses.filter((said) => !said.includes('535'));
      return {
        name: 'pauses',
        ok: others.length === 0,
        says: `${pauses.length - others.length} for the wrong password${others.length > 0 ? `; others: ${others.join(' | ')}` : ', none for anything else'}`,
      };
    },
    async stop() {
      stopped = true;
      await watching;
    },
  };
}

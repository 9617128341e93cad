import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisStand } from '../../test/stands/redis-server.ts';
import type { PostgresStand } from './postgres.ts';
import type { Stage } from './stage.ts';

/** Something that happens once a share of the mails is out. */
export interface Episode {
  name: string;
  /** 0 to 1. */
  at: number;
  happen(): Promise<void>;
}

/** What the mail server does to everybody at once. */
export function serverTrouble({ mail }: Pick<Stage, 'mail'>): Episode[] {
  return [
    {
      name: 'the mail server refuses connections for two seconds',
      at: 0.35,
      happen: () => mail.goAway(2000),
    },
    {
      name: 'the mail server refuses the password',
      at: 0.55,
      // until a person has mended it, see `person.ts`
      happen: async () => mail.refuseSignIn(true),
    },
  ];
}

/** Milliseconds for which Redis is away. */
const AWAY = 30_000;

/** What happens to the stores, in mid-campaign. */
export function outages(redis: RedisStand, postgres: PostgresStand): Episode[] {
  const flush = () => redis.flush();
  const crash = () => postgres.crash();
  return [
    { name: 'Redis is flushed', at: 0.1, happen: flush },
    {
      name: 'Redis stops for 30 s',
      at: 0.2,
      async happen() {
        await redis.stop();
        await sleep(AWAY);
        await redis.start();
      },
    },
    { name: 'PostgreSQL crashes and comes back', at: 0.4, happen: crash },
    { name: 'PostgreSQL crashes again', at: 0.7, happen: crash },
    { name: 'Redis is flushed again', at: 0.8, happen: flush },
  ];
}

/** Lets each episode happen when its share of the mails is out, one after the other. */
export async function liveThrough(
  episodes: readonly Episode[],
  given: { share: () => number; signal: AbortSignal; say: (line: string) => void },
): Promise<void> {
  for (const { name, at, happen } of episodes.toSorted((a, b) => a.at - b.at)) {
    while (given.share() < at && !given.signal.aborted) await sleep(100);
    if (given.signal.aborted) return;
    given.say(`${Math.round(given.share() * 100)} %: ${name}`);
    await happen();
  }
}

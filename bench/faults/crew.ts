import { type SpielbeinProcess, spielbein, until } from '../../test/stands/process.ts';
import type { Stage } from './stage.ts';

/** Worker processes, of which always so many live: one that ends is replaced at once. */
export interface Crew {
  /** Names of those with an open connection to the mail server. */
  busy(): string[];
  /** kill -9. Returns when the process and its connections are gone. @returns the moment before, on the clock */
  kill(name: string): Promise<number>;
  /** What processes said that ended without being told to. */
  ends: string[];
  /** SIGKILL for all, and nobody comes after. */
  dismiss(): Promise<void>;
}

/** Starts `size` workers; each greets the mail server by a name of its own. */
export function hire(stage: Pick<Stage, 'env' | 'mail'>, size: number): Crew {
  const members = new Map<string, SpielbeinProcess>();
  const ends: string[] = [];
  let hired = 0;
  let dismissed = false;

  function start(): void {
    const name = `worker-${++hired}`;
    const member = spielbein(['worker'], stage.env(name));
    members.set(name, member);
    void member.ended.then((code) => {
      const killed = !members.delete(name);
      if (!killed) ends.push(`${name} ended with ${code}: ${member.output().trim().split('\n').at(-1)}`);
      // A process that can't even start must not spin.
      if (!dismissed) setTimeout(start, killed ? 0 : 500);
    });
  }
  for (let i = 0; i < size; i++) start();

  return {
    ends,
    busy: () => [...members.keys()].filter((name) => stage.mail.connections(name) > 0),
    async kill(name) {
      const member = members.get(name);
      members.delete(name);
      const before = performance.now();
      await member?.kill();
      await until('its connections are gone', () => stage.mail.connections(name) === 0);
      return before;
    },
    async dismiss() {
      dismissed = true;
      const all = [...members.values()];
      members.clear();
      await Promise.all(all.map((member) => member.kill()));
    },
  };
}

import { type SpielbeinProcess, spielbein, until } from '../../test/stands/process.ts';
import type { Stage } from './stage.ts';

/** Processes that send, of which always so many live: a worker is hired for each that ends. */
export interface Crew {
  /** Another process that sends for a while. */
  take(name: string, args: string[]): void;
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

  function take(name: string, args: string[]): Promise<'killed' | 'by itself'> {
    const member = spielbein(args, stage.env(name));
    members.set(name, member);
    return member.ended.then((code) => {
      if (!members.delete(name)) return 'killed';
      ends.push(`${name} ended with ${code}: ${member.output().trim().split('\n').at(-1)}`);
      return 'by itself';
    });
  }
  function hireOne(): void {
    void take(`worker-${++hired}`, ['worker']).then((end) => {
      // A process that can't even start must not spin.
      if (!dismissed) setTimeout(hireOne, end === 'killed' ? 0 : 500);
    });
  }
  for (let i = 0; i < size; i++) hireOne();

  return {
    take: (name, args) => void take(name, args),
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

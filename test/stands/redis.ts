import { inject } from 'vitest';
import { type RedisOptions, type RedisStand, startRedis } from './redis-server.ts';

export type { RedisStand } from './redis-server.ts';

/** Whether this machine has a Redis: `describe.skipIf(!redisAvailable())`. */
export function redisAvailable(): boolean {
  return inject('redisServer') !== null;
}

/** A real Redis on its own port, keeping nothing on the disk unless `appendOnly` (then: every write at once). */
export async function redisStand(options: RedisOptions = {}): Promise<RedisStand> {
  const server = inject('redisServer');
  if (!server) throw new Error('No redis-server on the PATH: guard this test with redisAvailable().');
  return startRedis(server, options);
}

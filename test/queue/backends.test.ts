import { afterAll, beforeAll, describe } from 'vitest';
import { testDatabase } from '../stands/database.ts';
import { type RedisStand, redisAvailable, redisStand } from '../stands/redis.ts';
import { queueConformance } from './conformance.ts';

describe('jobs in PostgreSQL', async () => {
  const { url } = await testDatabase();
  queueConformance(() => ({ databaseUrl: url }));
});

describe.skipIf(!redisAvailable())('jobs in Redis', () => {
  let redis: RedisStand;
  beforeAll(async () => {
    redis = await redisStand({ password: 'geheim' });
  });
  afterAll(() => redis.remove());
  queueConformance(() => ({ databaseUrl: 'postgres://not.used/', redisUrl: redis.url }));
});

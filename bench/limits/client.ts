/** Calls the CRM as fast as it may, until it is stopped: `node client.ts CRM_URL DATABASE_URL`. */
import { connectDatabase } from '../../src/db/connect.ts';
import { HubSpotConnection } from '../../src/sync/hubspot/connection.ts';
import { sharedLimiter } from '../../src/sync/hubspot/shared-limiter.ts';

const [baseUrl = '', databaseUrl = ''] = process.argv.slice(2);
const connection = new HubSpotConnection({
  accessToken: 'bench',
  baseUrl,
  limiter: sharedLimiter(connectDatabase(databaseUrl)),
});
const { signal } = new AbortController();

async function list(): Promise<never> {
  for (;;) {
    await connection.call('general', 'contacts', signal, (client) =>
      client.crm.objects.basicApi.getPage('contacts', 10),
    );
  }
}

async function search(): Promise<never> {
  for (;;) {
    await connection.call('search', 'contacts', signal, (client) =>
      client.crm.objects.searchApi.doSearch('contacts', { limit: 10 }),
    );
  }
}

await Promise.all([...Array.from({ length: 20 }, list), ...Array.from({ length: 5 }, search)]);

import { HUBSPOT_DEFAULTS, type HubSpotSettings } from '../../library/schema.ts';
import type { CrmAdapter, SyncContext } from '../port.ts';
import { HubSpotApi } from './api.ts';
import { HubSpotConnection, type HubSpotOptions } from './connection.ts';
import { fullPhases } from './full.ts';
import { incrementalPhases } from './incremental.ts';
import { hubspotMapping } from './mapping.ts';
import { readPhasePosition, walkPhases } from './phases.ts';
import { ProductIndex } from './product-index.ts';

/** HubSpot's index of changes lags by seconds to minutes, and clocks differ. */
const OVERLAP_MS = 10 * 60_000;

export interface HubSpotCrmOptions extends HubSpotOptions {
  /** How this account is read; asked for at the beginning of each run. Unset: as long as nobody writes anything. */
  settings?: () => Promise<HubSpotSettings>;
}

/** HubSpot as a source of customers and purchases. Nothing is connected or even loaded until it is read from. */
export function hubspotCrm({ settings, ...options }: HubSpotCrmOptions): CrmAdapter {
  const mapping = async () => hubspotMapping((await settings?.()) ?? HUBSPOT_DEFAULTS);
  return {
    source: 'hubspot',
    modes: ['full', 'incremental'],
    overlapMs: OVERLAP_MS,
    readPosition: readPhasePosition,
    async check(signal) {
      const connection = new HubSpotConnection(options);
      try {
        const api = new HubSpotApi(connection, await mapping(), signal);
        await api.owners(null);
        // Orders are left out: an account without them is all right.
        for (const type of ['contacts', 'companies', 'products', 'deals', 'line_items'] as const) {
          await api.list(type, null);
        }
      } finally {
        connection.close();
      }
    },
    async *batches(context: SyncContext) {
      const connection = new HubSpotConnection(options);
      const ended = new AbortController();
      try {
        const signal = AbortSignal.any([context.signal, ended.signal]);
        const api = new HubSpotApi(connection, await mapping(), signal);
        let index: Promise<ProductIndex> | undefined;
        const products = async () => {
          // asked for when the first purchases come, so after the products themselves
          index ??= context.products().then((known) => new ProductIndex(known));
          return await index;
        };
        const phases =
          context.mode === 'full'
            ? fullPhases(api, products)
            : incrementalPhases(api, context.since, products);
        yield* walkPhases(phases, readPhasePosition(context.position));
      } finally {
        // calls made ahead must not go on trying
        ended.abort();
        connection.close();
      }
    },
  };
}

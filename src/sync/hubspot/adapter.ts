import { HUBSPOT_DEFAULTS, type HubSpotSettings } from '../../library/schema.ts';
import type { CrmAdapter, Known } from '../port.ts';
import { checkAccount } from './account-check.ts';
import { HubSpotApi } from './api.ts';
import { createAvailability } from './availability.ts';
import { HubSpotConnection, type HubSpotOptions } from './connection.ts';
import { hubspotConsent } from './consent.ts';
import { forgottenContacts } from './forgotten.ts';
import { fullPass } from './full.ts';
import { incrementalPhases } from './incremental.ts';
import { hubspotMapping } from './mapping.ts';
import { readPhasePosition, walkPhases } from './phases.ts';
import { ProductIndex } from './product-index.ts';
import type { Reader } from './reader.ts';
import { refreshed } from './refresh.ts';
import { createSchemaWatch, withProblems } from './schema-at-start.ts';
import { hubspotWriting } from './write-back/desk.ts';

/** HubSpot's index of changes lags by seconds, sometimes minutes, and clocks differ. */
const OVERLAP_MS = 5 * 60_000;
/** Somebody sits and waits: what does not answer soon is said not to answer. */
const QUICK = { timeoutMs: 8000, patience: 0.1 };

export interface HubSpotCrmOptions extends HubSpotOptions {
  /** How this account is read; asked for at the beginning of each run. Unset: as long as nobody writes anything. */
  settings?: () => Promise<HubSpotSettings>;
}

/** HubSpot as a source of customers and purchases. Nothing is connected or even loaded until it is read from. */
export function hubspotCrm({ settings, ...options }: HubSpotCrmOptions): CrmAdapter {
  const mapping = async () => hubspotMapping((await settings?.()) ?? HUBSPOT_DEFAULTS);
  const availability = createAvailability();
  const schema = createSchemaWatch();
  return {
    source: 'hubspot',
    modes: ['full', 'incremental', 'comparison'],
    overlapMs: OVERLAP_MS,
    readPosition: readPhasePosition,
    check: (signal) => asking(signal, QUICK, (api, connection) => checkAccount(api, connection, signal)),
    forgotten: (ids, signal) => asking(signal, {}, (api) => forgottenContacts(api, ids)),
    async consent(signal) {
      const wanted = (await settings?.()) ?? HUBSPOT_DEFAULTS;
      return wanted.tellUnsubscribes
        ? hubspotConsent(new HubSpotConnection({ ...options, urgent: true }), wanted, signal)
        : null;
    },
    async writing(language, signal) {
      const wanted = (await settings?.()) ?? HUBSPOT_DEFAULTS;
      return hubspotWriting(new HubSpotConnection(options), wanted, language, signal);
    },
    batches: (context) =>
      reading(context, async function* (reader) {
        const position = readPhasePosition(context.position);
        const incremental = context.mode === 'incremental';
        const problems = await schema.problems(reader.api, !incremental && position === null);
        const batches = incremental
          ? walkPhases(incrementalPhases(reader, context), position)
          : fullPass(reader, position, context.mode === 'full');
        yield* withProblems(batches, problems);
      }),
    refresh: (references, context) =>
      reading(
        context,
        async function* (reader) {
          await schema.ready(reader.api);
          yield* refreshed(reader, references);
        },
        true,
      ),
  };

  /** Opens a connection for a few questions. */
  async function asking<T>(
    signal: AbortSignal,
    more: Partial<HubSpotOptions>,
    ask: (api: HubSpotApi, connection: HubSpotConnection) => Promise<T>,
  ): Promise<T> {
    const connection = new HubSpotConnection({ ...options, ...more, urgent: true });
    try {
      return await ask(new HubSpotApi(connection, await mapping(), signal), connection);
    } finally {
      connection.close();
    }
  }

  /** Opens a connection for one sync or refresh, and ends it with all that was asked ahead. */
  async function* reading<T>(
    context: Known & { signal: AbortSignal },
    work: (reader: Reader) => AsyncIterable<T>,
    urgent = false,
  ): AsyncGenerator<T> {
    const connection = new HubSpotConnection({ ...options, urgent });
    const ended = new AbortController();
    try {
      const signal = AbortSignal.any([context.signal, ended.signal]);
      const api = new HubSpotApi(connection, await mapping(), signal);
      let index: Promise<ProductIndex> | undefined;
      const products = () => {
        index ??= context.products().then((known) => new ProductIndex(known));
        return index;
      };
      yield* work({ api, known: context, products, availability, done: new Set() });
    } finally {
      // calls made ahead must not go on trying
      ended.abort();
      connection.close();
    }
  }
}

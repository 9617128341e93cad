import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderReading } from '../../feedback/providers/reading.ts';

/**
 * Checks who posted something, and reads it. `refused`: it does not prove to come from the provider. `later`: that
 * could not be checked now, and the provider should come again. Both are stable words for the log.
 */
export type Webhook = (posted: {
  body: Buffer;
  headers: IncomingHttpHeaders;
  now: Date;
}) => Promise<ProviderReading | { refused: string } | { later: string }>;

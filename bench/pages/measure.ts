import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { words } from '../../src/web/words/words.ts';

export interface Measured {
  address: string;
  status: number;
  medianMs: number;
  p95Ms: number;
  kilobytes: number;
}

const WARM = 3;
const TIMES = 20;
/** Nobody waits longer; an answer that never ends is taken for a stream. */
const PATIENCE_MS = 15_000;
/** A page that still says that it is counting is not the page that people work with. */
const COUNTING_MS = 120_000;
const COUNTING = (['de', 'en'] as const).flatMap((language) =>
  (['home', 'library', 'products', 'experiments'] as const).map(
    (area) => words(language)[`${area}.counting`],
  ),
);
const RIGHT: readonly number[] = [200, 303];

/**
 * Asks for a page again and again, one at a time, and says what is usual. What a first visitor starts behind the page is
 * over before it is measured.
 * @throws when the page is refused, or goes on counting
 */
export async function measure(app: FastifyInstance, address: string): Promise<Measured> {
  const ask = () => Promise.race([app.inject({ url: address, headers: { host: 'localhost:3000' } }), late()]);
  const patientUntil = performance.now() + COUNTING_MS;
  let last = await ask();
  for (let n = 1; last && (n < WARM || isCounting(last.body)); n++) {
    if (performance.now() > patientUntil) throw new Error(`${address} still counts after two minutes.`);
    await sleep(200);
    last = await ask();
  }
  const times: number[] = [];
  for (let n = 0; n < TIMES && last; n++) {
    const began = performance.now();
    last = await ask();
    times.push(performance.now() - began);
    if (last && !RIGHT.includes(last.statusCode)) throw new Error(`${address} answers ${last.statusCode}.`);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    address,
    status: last?.statusCode ?? 0,
    medianMs: last ? at(0.5) : PATIENCE_MS,
    p95Ms: last ? at(0.95) : PATIENCE_MS,
    kilobytes: last ? last.rawPayload.length / 1000 : 0,
  };
}

const isCounting = (body: string) => COUNTING.some((text) => body.includes(text));

const late = () => sleep(PATIENCE_MS, null, { ref: false });

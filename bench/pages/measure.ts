import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

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

/** Asks for a page again and again, one at a time, and says what is usual. */
export async function measure(app: FastifyInstance, address: string): Promise<Measured> {
  const ask = () => Promise.race([app.inject({ url: address, headers: { host: 'localhost:3000' } }), late()]);
  let last = await ask();
  for (let n = 1; n < WARM && last; n++) last = await ask();
  // what a first visitor starts behind the page is over before it is measured
  await sleep(200);
  const times: number[] = [];
  for (let n = 0; n < TIMES && last; n++) {
    const began = performance.now();
    last = await ask();
    times.push(performance.now() - began);
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

const late = () => sleep(PATIENCE_MS, null, { ref: false });

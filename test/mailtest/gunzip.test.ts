import { constants, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GzipFlaw, gunzip } from '../../src/mailtest/gunzip.ts';
import { roller } from './bodies.ts';

const roll = roller(5);
const text = Buffer.from(Array.from({ length: 200_000 }, () => 97 + roll.below(20)));
const packed = gzipSync(text);

async function unpack(...pieces: Buffer[]): Promise<{ out: Buffer; flaws: GzipFlaw[] }> {
  const flaws: GzipFlaw[] = [];
  const out: Buffer[] = [];
  const source = (async function* () {
    yield* pieces;
  })();
  for await (const piece of gunzip(source, (flaw) => flaws.push(flaw))) out.push(piece);
  return { out: Buffer.concat(out), flaws };
}
const same = (a: Buffer, b: Buffer) => expect(a.equals(b)).toBe(true);

describe('what gzip has packed', () => {
  it('is unpacked, one member after the other, however it is cut into pieces', async () => {
    const two = Buffer.concat([packed, gzipSync('and more'), gzipSync(''), packed]);
    const all = Buffer.concat([text, Buffer.from('and more'), text]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(two.length), { maxLength: 12 }), async (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), two.length];
        const { out, flaws } = await unpack(...ends.map((end, i) => two.subarray(ends[i - 1] ?? 0, end)));
        same(out, all);
        expect(flaws).toEqual([]);
      }),
      { numRuns: 40 },
    );
    const small = gzipSync('Hello');
    expect((await unpack(...[...small].map((byte) => Buffer.from([byte])))).out.toString()).toBe('Hello');
  });

  it('with everything that a header can have', async () => {
    const plain = gzipSync('Hello');
    const header = Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 5, 0]),
      Buffer.from('extraSent.mbox\0a remark\0\x01\x02'),
    ]);
    const { out, flaws } = await unpack(Buffer.concat([header, deflateRawSync('Hello'), plain.subarray(-8)]));
    expect([out.toString(), flaws]).toEqual(['Hello', []]);
  });

  it('with something behind it: all of it, and the rest is named; zeros are nothing', async () => {
    const behind = await unpack(Buffer.concat([packed, Buffer.from('GARBAGE')]));
    same(behind.out, text);
    expect(behind.flaws).toEqual(['trailing_bytes']);
    expect((await unpack(Buffer.concat([packed, Buffer.alloc(512)]))).flaws).toEqual([]);
  });

  it('broken off anywhere: to the last byte that can be had, and named', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 12, max: packed.length - 1 }), async (cut) => {
        const part = packed.subarray(0, cut);
        const { out, flaws } = await unpack(part);
        same(out, gunzipSync(part, { finishFlush: constants.Z_SYNC_FLUSH }));
        expect(flaws).toEqual(['truncated']);
      }),
      { numRuns: 60 },
    );
    for (let cut = 0; cut < 12; cut += 1)
      expect((await unpack(packed.subarray(0, cut))).flaws).toEqual(['truncated']);
  });

  it('damaged: what is before the damage, but for the last 64 KB, and named', async () => {
    const broken = Buffer.concat([packed.subarray(0, packed.length - 9), Buffer.alloc(5000, 0xff)]);
    const { out, flaws } = await unpack(broken);
    expect(out.length).toBeGreaterThan(text.length - 64 * 1024);
    same(out.subarray(0, text.length), text.subarray(0, out.length));
    expect(flaws).toHaveLength(1);
    const wrongSum = Buffer.from(packed);
    wrongSum[packed.length - 8] = (wrongSum[packed.length - 8] as number) ^ 1;
    const summed = await unpack(wrongSum);
    same(summed.out, text);
    expect(summed.flaws).toEqual(['damaged']);
  });
});

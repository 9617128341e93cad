import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReturnPaths } from '../../src/links/return-path.ts';

const paths = createReturnPaths({ secret: 'ours', address: 'bounces@news.orvelin.test' });
const others = createReturnPaths({ secret: 'theirs', address: 'bounces@news.orvelin.test' });

describe('a return path', () => {
  it('names its send, and fits into an address', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (sendId) => {
        const address = paths.make(sendId);
        expect(paths.read(address)).toBe(sendId);
        // RFC 5321 §4.5.3.1.1
        expect(address.lastIndexOf('@')).toBeLessThanOrEqual(64);
        expect(address).toMatch(/^bounces\+s\d+\.[0-9a-f]{16}@news\.orvelin\.test$/);
      }),
    );
  });

  it('is understood however servers write it', () => {
    expect(paths.read(paths.make(42).toUpperCase())).toBe(42);
    expect(paths.read(`"Anna" <${paths.make(42)}>`)).toBe(42);
  });

  it('of somebody else, or for another send, is none', () => {
    expect(paths.read(others.make(42))).toBeNull();
    expect(paths.read(paths.make(42).replace('+s42.', '+s43.'))).toBeNull();
    expect(paths.read('bounces@news.orvelin.test')).toBeNull();
  });

  it('is not made up by chance', () => {
    fc.assert(fc.property(fc.string(), (text) => paths.read(text) === null));
    const tag = fc.stringMatching(/^[0-9a-f]{16}$/);
    fc.assert(fc.property(tag, (t) => paths.read(`bounces+s42.${t}@x.test`) === null));
  });
});

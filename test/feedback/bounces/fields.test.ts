import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressIn,
  firstValue,
  fromXtext,
  readFields,
  readGroups,
} from '../../../src/feedback/bounces/fields.ts';

describe('fields', () => {
  it('are put together when folded, and kept apart when repeated', () => {
    const fields = readFields(
      'Status: 5.1.1\r\nDiagnostic-Code: smtp; 550\r\n  user\r\n\tunknown\r\nstatus: 4.0.0',
    );
    expect(firstValue(fields, 'diagnostic-code')).toBe('smtp; 550 user unknown');
    expect(fields.get('status')).toEqual(['5.1.1', '4.0.0']);
    expect(firstValue(fields, 'action')).toBeNull();
  });

  it('come in groups, whatever ends their lines', () => {
    for (const end of ['\r\n', '\n', '\r']) {
      const groups = readGroups(['', 'A: 1', '', '', 'B: 2', 'no field', 'C: 3', ''].join(end));
      expect(groups.map((group) => [...group.keys()])).toEqual([['a'], ['b', 'c']]);
    }
  });

  it('are read in no time, however often they are folded or repeated', () => {
    for (const filling of [' x\r\n', ' \r\n', 'A: b\r\n', '\n']) {
      const before = performance.now();
      const [fields] = readGroups(`A: ${'x'.repeat(2000)}\r\n${filling.repeat(10_000_000 / filling.length)}`);
      expect(fields?.get('a')?.length).toBeLessThanOrEqual(20);
      expect(performance.now() - before).toBeLessThan(1500);
    }
  });

  it('are read from anything without harm', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => void readGroups(text)));
  });
});

describe('addresses in fields', () => {
  it.each([
    ['rfc822; Anna@Kunde.example', 'anna@kunde.example'],
    ['RFC822;<anna@kunde.example> (Anna)', 'anna@kunde.example'],
    ['utf-8; m\\x{FC}ller@kunde.example', 'müller@kunde.example'],
    ['<anna@kunde.example>:', 'anna@kunde.example'],
    ['unknown; nobody', null],
    [null, null],
  ])('%s → %s', (value, address) => {
    expect(addressIn(value)).toBe(address);
  });

  it('are written in xtext when SMTP carried them (RFC 3461)', () => {
    expect(fromXtext('anna+2Bnews@kunde.example')).toBe('anna+news@kunde.example');
  });
});

/** The fields of one header block, by lower-case name; a field that is there twice has both values, in order. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** Longer values say nothing more, and patterns run over them. */
const MAX_VALUE = 2000;
/** Nobody reports about more recipients of one of our mails, which have one each. */
const MAX_GROUPS = 100;
/** Reports and headers are far shorter. */
const MAX_LINES = 10_000;
/** A field that is there more often says nothing more. */
const MAX_VALUES = 20;

/** Reads `Name: value` lines up to the first empty line, folded ones put together (RFC 5322 §2.2.3). */
export function readFields(block: string): Fields {
  return readGroups(block)[0] ?? new Map();
}

/** Reads blocks of fields with empty lines between them, as in a delivery report (RFC 3464 §2.1). */
export function readGroups(text: string): Fields[] {
  const groups: Map<string, string[]>[] = [];
  let group: Map<string, string[]> | null = null;
  let last: string[] | null = null;
  for (const line of text.split(/\r\n|\r|\n/, MAX_LINES)) {
    if (line.trim() === '') {
      group = null;
      last = null;
      if (groups.length === MAX_GROUPS) break;
    } else if (/^[ \t]/.test(line) && last) {
      const before = last.pop() ?? '';
      last.push(before.length < MAX_VALUE ? `${before} ${line.trim()}`.slice(0, MAX_VALUE) : before);
    } else {
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
      if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) continue;
      if (!group) {
        group = new Map();
        groups.push(group);
      }
      const values = group.get(name) ?? [];
      group.set(name, values);
      // One too many is read and dropped, so that its folded lines do not pass for fields.
      last = values.length < MAX_VALUES ? values : [];
      last.push(
        line
          .slice(colon + 1)
          .trim()
          .slice(0, MAX_VALUE),
      );
    }
  }
  return groups;
}

/** The first value of a field; null when it is not there. */
export function firstValue(fields: Fields, name: string): string | null {
  return fields.get(name)?.[0] ?? null;
}

/**
 * The address in a field such as `rfc822; <anna@kunde.example>` (RFC 3464 §2.3) or `utf-8; …` (RFC 6533 §3),
 * trimmed and lower-cased; null when there is none.
 */
export function addressIn(value: string | null): string | null {
  const bare = (value ?? '')
    .replace(/^\s*[\w-]{1,20}\s*;/, '')
    .replace(/\\x\{([0-9a-f]{1,6})\}/gi, (all, hex) => characterOf(Number.parseInt(hex, 16)) ?? all);
  const found = /[^\s<>;:,"()@]{1,128}@[^\s<>;:,"()@]{1,255}/.exec(bare);
  return found ? found[0].toLowerCase() : null;
}

/** `anna+2Bnews@…` → `anna+news@…`: how SMTP carries an original recipient (RFC 3461 §4, xtext). */
export function fromXtext(address: string): string {
  return address.replace(/\+([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const characterOf = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : null);

import libmime from 'libmime';
import addressparser from 'nodemailer/lib/addressparser';

/** What the Mail-Test reads of a message. Addresses are lower-cased. */
export interface Head {
  from: string[];
  /** To, Cc and Bcc. */
  recipients: string[];
  /** As it stands there; null when there is none. */
  date: string | null;
  /** Gmail's labels, lower-cased; null when the mailbox has none. */
  labels: string[] | null;
  /** Thunderbird has deleted the message and not yet tidied up the file. */
  deleted: boolean;
}

const FIELDS = ['from', 'to', 'cc', 'bcc', 'date', 'x-gmail-labels', 'x-mozilla-status'] as const;

/** The fields above, for servers that hand out single ones. */
export const HEAD_FIELDS: readonly string[] = FIELDS;

const FIELD = new RegExp(`^(${FIELDS.join('|')})[ \\t]*:`, 'i');

/** Thunderbird's flag "expunged", in hexadecimal digits (nsMsgMessageFlags). */
const EXPUNGED = 0x8;

/** Reads a message's header lines: UTF-8 or encoded words, folded or not, fields in any number. */
export function readHead(header: Buffer): Head {
  const fields = new Map<string, string[]>();
  for (const line of header
    .toString('utf8')
    .replaceAll('\0', '')
    .replace(/\r?\n[ \t]/g, ' ')
    .split('\n')) {
    const name = FIELD.exec(line);
    if (!name) continue;
    const key = (name[1] as string).toLowerCase();
    const value = line.slice(name[0].length).trim();
    const before = fields.get(key);
    if (before) before.push(value);
    else fields.set(key, [value]);
  }
  const all = (name: (typeof FIELDS)[number]) => fields.get(name) ?? [];
  const labels = all('x-gmail-labels');
  const status = all('x-mozilla-status')[0] ?? '';
  return {
    from: all('from').flatMap(addressesIn),
    recipients: [...all('to'), ...all('cc'), ...all('bcc')].flatMap(addressesIn),
    date: all('date')[0] || null,
    labels: labels.length === 0 ? null : labels.flatMap(labelsIn),
    deleted: (Number.parseInt(status, 16) & EXPUNGED) !== 0,
  };
}

/** The addresses of one address field, groups opened. Some programs put name and address into one encoded word. */
function addressesIn(field: string): string[] {
  return addressparser(field, { flatten: true }).flatMap(({ address, name }) => {
    if (address.includes('@')) return [bare(address.trim().toLowerCase())];
    const decoded = name.includes('=?') ? libmime.decodeWords(name) : '';
    return decoded.includes('@') && !decoded.includes('=?') ? addressesIn(decoded) : [];
  });
}

/** Without what surrounds an address in fields that were written by hand, and without the root's dot of a domain. */
const bare = (address: string): string => address.replace(/^\[([^[\]]*)\]$/, '$1').replace(/\.+$/, '');

const labelsIn = (field: string): string[] =>
  libmime
    .decodeWords(field)
    .split(',')
    .map((label) => label.trim().replace(/^"|"$/g, '').toLowerCase());

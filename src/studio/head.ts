/** One header of a mail as it goes over the wire, unfolded. */
export interface Header {
  name: string;
  value: string;
}

/** The headers of a raw mail (RFC 5322), in their order. */
export function headersOf(raw: Buffer): Header[] {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.subarray(0, end < 0 ? raw.length : end).toString('utf8');
  return head
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [{ name: line.slice(0, colon), value: line.slice(colon + 1).trim() }];
    });
}

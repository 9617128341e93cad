/**
 * A text from a form, as it goes into the file. Browsers send every line end as CR LF; the file keeps its own. Pure.
 * @param before the file as it is; null: a new one
 */
export function bytesOfText(text: string, before: Buffer | null): Buffer {
  const old = before?.toString('utf8') ?? '';
  const mark = old.startsWith('\uFEFF') ? '\uFEFF' : '';
  const lines = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const whole = lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
  return Buffer.from(mark + (isWindows(old) ? whole.replaceAll('\n', '\r\n') : whole), 'utf8');
}

/** The text of a file for a form; null: it is no UTF-8. Pure. */
export function textOfBytes(data: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data).replace(/\r\n?/g, '\n');
  } catch {
    return null;
  }
}

/** Most of its lines end with CR LF. */
const isWindows = (text: string): boolean =>
  text.split('\r\n').length - 1 > (text.split('\n').length - 1) / 2;

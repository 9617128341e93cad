import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

const ACTIVE = new Set(['script', 'iframe', 'frame', 'object', 'embed', 'applet', 'base', 'form']);

/** What no mail client runs, and filters take for an attack. */
export function checkActiveContent({ elements, at }: OpenedMail): Finding[] {
  return elements.flatMap((element): Finding[] => {
    const { name, attribs } = element;
    const handler = Object.keys(attribs).find((attribute) => /^on[a-z]+$/.test(attribute));
    const refreshes = name === 'meta' && attribs['http-equiv']?.toLowerCase() === 'refresh';
    const what = ACTIVE.has(name) || refreshes ? `<${name}>` : handler;
    return what
      ? [{ code: 'active_content', severity: 'error', where: at(element, what), values: { what } }]
      : [];
  });
}

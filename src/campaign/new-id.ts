/** What a campaign's id looks like: it stands in addresses and in mail headers. */
export const CAMPAIGN_ID = /^[a-z0-9][a-z0-9-]{0,79}$/;

/** Ids that begin so belong to the nightly rounds. */
export const NIGHTLY_PREFIX = 'nightly-';

/** An id made of a name: "Laser im Herbst – Größe XL" → "laser-im-herbst-groesse-xl". Empty when nothing is left. */
export function idOfName(name: string): string {
  return name
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
}

/** The ids to try one after the other for a new campaign of this name: never one of a nightly round. */
export function* idsForName(name: string): Generator<string> {
  const made = idOfName(name);
  const base = made === '' || made.startsWith(NIGHTLY_PREFIX) ? `campaign-${made}`.replace(/-$/, '') : made;
  yield base;
  for (let n = 2; ; n += 1) yield `${base}-${n}`;
}

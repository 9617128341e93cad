import type { Store } from './store.ts';

/**
 * Finds contacts by any of their addresses without keeping the addresses: a 32-bit hash for each generated contact, made on first
 * use, and a look at the real record where the hash fits. Changed and created contacts are looked at directly.
 */
export function emailIndex(store: Store): (email: string) => number | undefined {
  let hashes: Uint32Array | undefined;
  let firstId = 0;
  const build = (): Uint32Array => {
    const table = new Uint32Array(store.company.customers);
    let place = 0;
    for (const id of store.company.ids('contacts')) {
      if (place === 0) firstId = id;
      table[place++] = hash(store.company.get('contacts', id)?.properties.email?.toLowerCase() ?? '');
    }
    return table;
  };
  return (email) => {
    const wanted = email.trim().toLowerCase();
    const fits = (id: number) => {
      const contact = store.read('contacts', id);
      if (contact?.archivedAt !== null) return false;
      const { email, hs_additional_emails: others } = contact.properties;
      return [email, ...(others?.split(';') ?? [])].some((each) => each?.toLowerCase() === wanted);
    };
    hashes ??= build();
    const code = hash(wanted);
    for (let place = hashes.indexOf(code); place !== -1; place = hashes.indexOf(code, place + 1)) {
      if (fits(firstId + place)) return firstId + place;
    }
    return store.changedIds('contacts').find(fits);
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state >>> 0;
}

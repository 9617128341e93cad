import type { Store } from './store.ts';

/** The contact property with the id of the primary company. */
export const PRIMARY_COMPANY = 'associatedcompanyid';

/**
 * Keeps a contact's `associatedcompanyid` and its associations with companies together, whichever of the two somebody
 * changes: the first company becomes the primary one, one that is written is associated, one that goes leaves nothing
 * behind. A company that is replaced stays associated without being the primary one.
 */
export function followPrimaryCompany(store: Store): void {
  const { edges, feed } = store;

  function settle(contact: number, company: number, removed: boolean): void {
    const record = store.read('contacts', contact);
    const primary = record?.properties[PRIMARY_COMPANY] || null;
    if (removed && primary === String(company))
      store.update('contacts', contact, { [PRIMARY_COMPANY]: null });
    if (!removed && primary === null)
      store.update('contacts', contact, { [PRIMARY_COMPANY]: String(company) });
  }

  feed.subscribe((change) => {
    if (change.kind === 'associationChange' && change.from === 'contacts' && change.to === 'companies') {
      settle(change.id, change.other, change.removed);
    }
    if (change.kind === 'propertyChange' && change.type === 'contacts' && change.name === PRIMARY_COMPANY) {
      if (change.value) edges.link('contacts', change.id, 'companies', Number(change.value));
      else if (change.was) edges.unlink('contacts', change.id, 'companies', Number(change.was));
    }
  });
}

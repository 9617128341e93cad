import type { Store, StoredRecord } from '../store.ts';

/** An engagement as the pages show it. */
export interface ShownEngagement {
  id: number;
  kind: 'note' | 'task';
  /** Epoch ms; a task's is when it is due. */
  at: number;
  createdAt: number;
  title: string | null;
  /** HTML from outside. */
  body: string;
  owner: string | null;
}

/** A contact with what the conversation left on it. */
export interface ShownContact {
  id: number;
  name: string;
  email: string;
  company: string;
  owner: string | null;
  /** What is called `spielbein_…`, by name. */
  profile: [name: string, value: string][];
  /** All other properties that have a value, by name. */
  properties: [name: string, value: string][];
  /** Newest first. */
  engagements: ShownEngagement[];
  /** When the conversation last left something here, epoch ms; 0: never. */
  touchedAt: number;
}

const OURS = 'spielbein_';
/** Contacts on the first page, and in a search. */
const MOST = 100;
/** Records that a search looks at. */
const LOOKS = 50_000;

export function shownContact(store: Store, id: number): ShownContact | undefined {
  const record = store.read('contacts', store.resolve(id));
  if (!record || record.archivedAt !== null) return undefined;
  const values = Object.entries(record.properties)
    .filter((entry): entry is [string, string] => Boolean(entry[1]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const profile = values.filter(([name]) => name.startsWith(OURS));
  const engagements = [
    ...engagementsOf(store, record, 'notes'),
    ...engagementsOf(store, record, 'tasks'),
  ].sort((a, b) => b.createdAt - a.createdAt || b.id - a.id);
  return {
    id: record.id,
    name: nameOf(record),
    email: record.properties.email ?? '',
    company: companyOf(store, record.id),
    owner: ownerName(store, record.properties.hubspot_owner_id),
    profile,
    properties: values.filter(([name]) => !name.startsWith(OURS)),
    engagements,
    touchedAt: Math.max(0, engagements[0]?.createdAt ?? 0, profile.length > 0 ? record.updatedAt : 0),
  };
}

/** Contacts on which the conversation left something, the latest first. */
export function touchedContacts(store: Store): ShownContact[] {
  const ids = new Set<number>();
  for (const type of ['notes', 'tasks'] as const) {
    for (const id of store.changedIds(type)) {
      if (store.read(type, id)?.archivedAt !== null) continue;
      for (const contact of store.edges.of(type, id, 'contacts')) ids.add(contact);
    }
  }
  for (const id of store.changedIds('contacts')) {
    const record = store.read('contacts', id);
    if (record && Object.entries(record.properties).some(([name, value]) => name.startsWith(OURS) && value))
      ids.add(id);
  }
  return [...ids]
    .flatMap((id) => shownContact(store, id) ?? [])
    .sort((a, b) => b.touchedAt - a.touchedAt || a.id - b.id)
    .slice(0, MOST);
}

/** Contacts whose name, address or company has these words in it. */
export function foundContacts(store: Store, words: string): ShownContact[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found: ShownContact[] = [];
  let looks = 0;
  for (const id of store.ids('contacts')) {
    if (found.length >= MOST || looks++ >= LOOKS) break;
    const record = store.read('contacts', id);
    if (!record || record.archivedAt !== null) continue;
    const text = `${nameOf(record)} ${record.properties.email ?? ''} ${companyOf(store, id)}`.toLowerCase();
    if (wanted.every((word) => text.includes(word))) {
      const contact = shownContact(store, id);
      if (contact) found.push(contact);
    }
  }
  return found;
}

function engagementsOf(store: Store, contact: StoredRecord, type: 'notes' | 'tasks'): ShownEngagement[] {
  return store.edges.of('contacts', contact.id, type).flatMap((id) => {
    const record = store.read(type, id);
    if (!record) return [];
    const {
      hs_timestamp: at,
      hs_task_subject: title,
      hs_note_body: note,
      hs_task_body: task,
    } = record.properties;
    return {
      id,
      kind: type === 'notes' ? ('note' as const) : ('task' as const),
      at: Date.parse(at ?? ''),
      createdAt: record.createdAt,
      title: title ?? null,
      body: note ?? task ?? '',
      owner: ownerName(store, record.properties.hubspot_owner_id),
    };
  });
}

function nameOf({ id, properties }: StoredRecord): string {
  const name = [properties.firstname, properties.lastname].filter(Boolean).join(' ');
  return name || properties.email || `Kontakt ${id}`;
}

function companyOf(store: Store, contact: number): string {
  const [company] = store.edges.of('contacts', contact, 'companies');
  return (company === undefined ? null : store.read('companies', company)?.properties.name) ?? '';
}

function ownerName(store: Store, id: string | null | undefined): string | null {
  const owner = store.company.owners.find((each) => each.id === id);
  return owner ? `${owner.firstName} ${owner.lastName}` : null;
}

import type { Store } from './store.ts';

export type ConsentStatus = 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NOT_SPECIFIED';

/** Legal bases that HubSpot knows. */
export const LEGAL_BASES = [
  'LEGITIMATE_INTEREST_PQL',
  'LEGITIMATE_INTEREST_CLIENT',
  'PERFORMANCE_OF_CONTRACT',
  'CONSENT_WITH_NOTICE',
  'NON_GDPR',
  'PROCESS_AND_STORE',
  'LEGITIMATE_INTEREST_OTHER',
] as const;
export type LegalBasis = (typeof LEGAL_BASES)[number];

/** The kinds of mail that people can subscribe to at Orvelin Werke. */
export const SUBSCRIPTION_TYPES = [
  { id: 7_104_001, name: 'Newsletter', description: 'Neues zu Ihren Produkten', isDefault: true },
  { id: 7_104_002, name: 'Einladungen', description: 'Messen, Schulungen, Vorführungen', isDefault: false },
  { id: 7_104_003, name: 'One to One', description: 'Persönliche Mails des Vertriebs', isDefault: false },
] as const;

/** What is known about an address and one subscription type. Time in epoch ms. */
export interface Consent {
  status: ConsentStatus;
  /** Whether the opt-out of all mail decides, not this type's own state. */
  wide: boolean;
  at: number;
  legalBasis?: LegalBasis | undefined;
  explanation?: string | undefined;
}

interface Preferences {
  /** When somebody opted out of all mail; null if not. */
  optedOutAt: number | null;
  types: Map<number, Omit<Consent, 'wide'>>;
}

/** The contact property that shows the opt-out from one type. */
export const optOutProperty = (type: number): string => `hs_email_optout_${type}`;

/**
 * Who wants which mail, by address: also for addresses without a contact. The contact with the address shows the
 * opt-outs in properties, which nobody may write directly.
 */
export class Consents {
  private readonly store: Store;
  private readonly contactByEmail: (email: string) => number | undefined;
  private readonly known = new Map<string, Preferences>();

  constructor(store: Store, contactByEmail: (email: string) => number | undefined) {
    this.store = store;
    this.contactByEmail = contactByEmail;
  }

  /** When an address opted out of all mail, epoch ms; null if it did not. A contact's own property decides. */
  optedOutOfAll(email: string): number | null {
    const own = this.known.get(email.toLowerCase())?.optedOutAt ?? null;
    const contact = this.contact(email);
    if (!contact) return own;
    return contact.properties.hs_email_optout === 'true' ? (own ?? contact.updatedAt) : null;
  }

  of(email: string, type: number): Consent {
    const at = this.optedOutOfAll(email);
    if (at !== null) return { status: 'UNSUBSCRIBED', wide: true, at };
    const own = this.known.get(email.toLowerCase())?.types.get(type);
    const contact = this.contact(email);
    const out = contact?.properties[optOutProperty(type)] === 'true';
    if (own && (!out || own.status === 'UNSUBSCRIBED')) return { ...own, wide: false };
    return {
      status: out ? 'UNSUBSCRIBED' : 'NOT_SPECIFIED',
      wide: false,
      at: contact?.updatedAt ?? this.store.company.midnight,
    };
  }

  /** Sets the state of one type. Subscribing again ends an opt-out of all mail; the other types stay opted out. */
  set(email: string, type: number, consent: Omit<Consent, 'wide' | 'at'>): void {
    const at = this.store.now();
    const wide = this.optedOutOfAll(email);
    const preferences = this.preferences(email);
    if (consent.status === 'SUBSCRIBED' && wide !== null) {
      for (const { id } of SUBSCRIPTION_TYPES)
        preferences.types.set(id, { status: 'UNSUBSCRIBED', at: wide });
      preferences.optedOutAt = null;
    }
    preferences.types.set(type, { ...consent, at });
    this.show(email, preferences);
  }

  optOutOfAll(email: string): void {
    const preferences = this.preferences(email);
    preferences.optedOutAt ??= this.store.now();
    this.show(email, preferences);
  }

  /** What is kept about an address, as it is now. */
  private preferences(email: string): Preferences {
    const key = email.toLowerCase();
    const optedOutAt = this.optedOutOfAll(email);
    const preferences = { optedOutAt, types: this.known.get(key)?.types ?? new Map() };
    this.known.set(key, preferences);
    return preferences;
  }

  /** Writes what has changed into the contact's properties. */
  private show(email: string, { optedOutAt, types }: Preferences): void {
    const contact = this.contact(email);
    if (!contact) return;
    const is = (name: string) => contact.properties[name] ?? 'false';
    const wanted: Record<string, string> = { hs_email_optout: String(optedOutAt !== null) };
    for (const { id } of SUBSCRIPTION_TYPES) {
      const name = optOutProperty(id);
      const own = types.get(id);
      const out = own ? String(own.status === 'UNSUBSCRIBED') : is(name);
      wanted[name] = optedOutAt === null ? out : 'true';
    }
    const changed = Object.entries(wanted).filter(([name, value]) => is(name) !== value);
    if (changed.length > 0) this.store.update('contacts', contact.id, Object.fromEntries(changed));
  }

  private contact(email: string) {
    const id = this.contactByEmail(email);
    return id === undefined ? undefined : this.store.read('contacts', id);
  }
}

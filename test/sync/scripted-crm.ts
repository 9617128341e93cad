import type { CrmAdapter, SyncBatch, SyncContext } from '../../src/sync/port.ts';
import type { CustomerRow, PurchaseRow } from '../../src/sync/rows.ts';

type Step = SyncBatch extends infer B ? (B extends unknown ? Omit<B, 'position'> : never) : never;

export interface ScriptedCrm extends CrmAdapter {
  /** Contexts it was asked with. */
  asked: SyncContext[];
}

/** A CRM that delivers these batches in this order; `dieAt` throws instead of delivering that one. */
export function scriptedCrm(steps: readonly Step[], dieAt?: number): ScriptedCrm {
  const asked: SyncContext[] = [];
  return {
    asked,
    source: 'scripted',
    modes: ['full', 'incremental'],
    overlapMs: 60_000,
    readPosition: (raw) =>
      typeof (raw as { step?: unknown } | null)?.step === 'number' ? (raw as never) : null,
    async *batches(context) {
      asked.push(context);
      for (let step = Number(context.position?.step ?? 0); step < steps.length; step++) {
        if (step === dieAt) throw new Error('the CRM went away');
        yield { ...steps[step], position: { step: step + 1 } } as SyncBatch;
      }
    },
  };
}

/** A customer as the CRM would deliver it, nothing special about it. */
export function customer(id: string, more: Partial<CustomerRow> = {}): CustomerRow {
  return {
    id,
    email: `${id}@kunde.example`,
    salutation: null,
    title: null,
    firstName: 'Kim',
    lastName: `Muster ${id}`,
    companyId: null,
    ownerId: null,
    language: 'de',
    country: 'DE',
    consent: 'existing_customer',
    optedOut: false,
    bounced: false,
    innovationRatio: null,
    createdAt: '2024-05-01T10:00:00.000Z',
    ...more,
  };
}

export function purchase(id: string, customerId: string, more: Partial<PurchaseRow> = {}): PurchaseRow {
  return { id, customerId, productId: 'p1', quantity: 1, purchasedOn: '2024-06-01', status: 'kept', ...more };
}

/** A whole account in a few batches: customers one by one, so that there is something to die between. */
export function account(customers: CustomerRow[], purchases: PurchaseRow[] = []): Step[] {
  const whole = { confirms: '', completes: true };
  return [
    { object: 'owners', rows: [{ id: 'o1', name: 'Anna Adler', email: null }], ...whole },
    { object: 'companies', rows: [{ id: 'c1', name: 'Werk AG', innovationRatio: 0.25 }], ...whole },
    { object: 'products', rows: [{ id: 'p1', sku: 'P-1', name: 'Pumpe', family: null }], ...whole },
    ...customers.map((row): Step => ({ object: 'customers', rows: [row] })),
    { object: 'customers', rows: [], ...whole },
    {
      object: 'purchases',
      rows: purchases,
      parents: [...new Set(purchases.map(({ id }) => id.replace(/-[^-]*$/, '')))],
      ...whole,
    },
  ];
}

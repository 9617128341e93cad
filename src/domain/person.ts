/** What a person may do in the console; each role may do what the ones before it may. */
export const ROLES = ['viewer', 'marketer', 'admin'] as const;

/**
 * `viewer` looks at everything, `marketer` also makes and sends campaigns and edits content, `admin` also looks after
 * people, tokens, queues, suppressions and erasure.
 */
export type Role = (typeof ROLES)[number];

/** Whether somebody with this role may do what needs that one. */
export const mayAs = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Who is at work. */
export interface Person {
  /** Row of `accounts`; null: whoever sits at this machine, or knows the installation's password. */
  accountId: number | null;
  /** As it is shown and written into the audit log; empty: whoever sits at this machine. */
  name: string;
  role: Role;
}

/** Whoever sits at the machine of an installation without a password. */
export const AT_THIS_MACHINE: Person = { accountId: null, name: '', role: 'admin' };

/** Whoever has not signed in yet. */
export const NOBODY: Person = { accountId: null, name: '', role: 'viewer' };

/**
 * Who this is, for good: `account:12`, `password` (knows the installation's password) or `local` (sits at the machine).
 * Kept where it matters whether two acts were one person's; names are for showing and may change.
 */
export function personKey(person: Person): string {
  if (person.accountId !== null) return `account:${person.accountId}`;
  return person.name === '' ? 'local' : 'password';
}

/** Whether this is the person with that key ({@link personKey}). */
export const samePerson = (person: Person, key: string | null): boolean => personKey(person) === key;

/** What people can do that others should be able to see. Stable codes; each has a sentence in the console's words. */
export const ACTS = [
  'signed_in',
  'campaign_made',
  'campaign_changed',
  'campaign_scheduled',
  'campaign_started',
  'campaign_paused',
  'campaign_resumed',
  'campaign_cancelled',
  'approval_asked',
  'approval_given',
  'approval_refused',
  'test_sent',
  'in_doubt_resolved',
  'learning_decided',
  'content_saved',
  'customer_exported',
  'customer_erased',
  'suppression_added',
  'suppression_removed',
  'setting_changed',
  'account_made',
  'account_changed',
  'account_closed',
  'token_made',
  'token_revoked',
  'purchase_pushed',
  'queue_touched',
] as const;
export type Act = (typeof ACTS)[number];

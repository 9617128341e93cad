import { placeOf, placeOfFile } from '../../../library/edit/place.ts';
import { type AuditEntry, ERASED_SUBJECT } from '../../../people/audit.ts';
import { words } from '../../words/words.ts';

/** An entry of the audit log as it is shown. */
export interface ActView {
  at: Date;
  /** Empty: whoever sits at this machine. */
  who: string;
  /** The account's number; null: none. */
  account: number | null;
  action: string;
  subject: string | null;
  /** Where what it was done to can be looked at, from the top; null: nowhere. */
  link: string | null;
  /** What else is known, e.g. the role given; small values only. */
  details: ActDetail[];
}

/** With keys of words, where there are any. */
export interface ActDetail {
  name: string;
  nameWord: string | null;
  value: string;
  valueWord: string | null;
}

/** More than this of a value says nothing in a list. */
const MOST_CHARACTERS = 80;

/** Pure. */
export function actView({ at, who, accountId, action, subject, detail }: AuditEntry): ActView {
  return {
    at,
    who,
    account: accountId,
    action,
    subject,
    link: subject === null ? null : linkOf(action, subject),
    details: Object.entries(detail)
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => detailOf(name, textOf(value))),
  };
}

const CAMPAIGNS = /^(campaign_|approval_|in_doubt_resolved)/;

function linkOf(action: string, subject: string): string | null {
  const id = encodeURIComponent(subject);
  if (CAMPAIGNS.test(action)) return `campaigns/${id}`;
  if (action === 'customer_exported') return subject.startsWith(ERASED_SUBJECT) ? null : `customers/${id}`;
  if (action === 'content_saved') return contentLink(subject);
  if (action === 'setting_changed') return 'operations/settings';
  if (action.startsWith('account_')) return 'people';
  if (action.startsWith('token_')) return 'operations/tokens';
  return null;
}

/** `library/offers/laser.yaml` is looked at under `library/offers/laser`. */
function contentLink(subject: string): string | null {
  const [folder, ...rest] = subject.split('/');
  const place = folder === 'templates' ? placeOf('mail', rest.at(-1) ?? '') : placeOfFile(rest.join('/'));
  return place && `library/${place.kind}/${encodeURIComponent(place.id)}`;
}

function detailOf(name: string, value: string): ActDetail {
  return {
    name,
    nameWord: known(`operations.setting.${name}`) ?? known(`operations.detail.${name}`),
    value,
    valueWord: known(`operations.value.${name}.${value}`),
  };
}

const known = (key: string): string | null => (Object.hasOwn(words('de'), key) ? key : null);

function textOf(value: unknown): string {
  const text = Array.isArray(value)
    ? value.join(', ')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

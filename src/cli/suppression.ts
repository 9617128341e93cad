import { SUPPRESSION_REASONS, type SuppressionReason } from '../domain/send.ts';
import { type TellingStanding, tellingStanding } from '../feedback/crm/standing.ts';
import {
  countSuppressions,
  findSuppression,
  listSuppressions,
  removeSuppression,
  type Suppression,
  suppress,
} from '../feedback/suppressions.ts';
import { plausibleEmail } from '../sync/clean.ts';
import { UsageError } from './exit.ts';
import { count, plain, table } from './output.ts';
import { type Common, print, withApp } from './session.ts';

/** Why removing an entry needs a second thought, for the reasons that do. */
const BEWARE: Partial<Record<SuppressionReason, string>> = {
  unsubscribed:
    'This person has objected to advertising. Writing to them again is unlawful (UWG §7, GDPR Art. 21) until they ask for it themselves, provably.',
  complained:
    'This person has reported a mail as spam. Writing again harms the delivery to everybody, and is unlawful (UWG §7, GDPR Art. 21) until they ask for it themselves, provably.',
  erased:
    'This person had their data erased (GDPR Art. 17). The entry is what keeps them from being written to again.',
};

interface ListOptions extends Common {
  reason?: SuppressionReason;
  limit?: number;
  offset?: number;
}

/** The newest entries, with how many there are of each reason. */
export async function list(options: ListOptions): Promise<void> {
  const { reason, limit = 50, offset = 0 } = options;
  await withApp(async (app) => {
    const entries = await listSuppressions(app.db, { reason, limit, offset });
    const counts = await countSuppressions(app.db);
    const of = (each: SuppressionReason) => counts[each] ?? 0;
    const total = reason ? of(reason) : SUPPRESSION_REASONS.reduce((sum, each) => sum + of(each), 0);
    const crm = await tellingStanding(app.db);
    print(options, { total, counts, entries, crm }, () => {
      if (total === 0) return reason ? `No address is suppressed as ${reason}.` : 'No address is suppressed.';
      const numbers = SUPPRESSION_REASONS.filter((each) => of(each) > 0).map(
        (each) => `${count(of(each))} ${each}`,
      );
      const end = offset + entries.length;
      return [
        table(entries.map(cells), ['address', 'reason', 'since (UTC)', 'detail']),
        '',
        `${count(end)} of ${count(total)}${end < total ? `; more with --offset ${end}` : ''}. Altogether: ${numbers.join(', ')}.`,
        ...untold(crm),
      ].join('\n');
    });
  });
}

/** What the CRM's own mailer does not know yet. */
function untold(crm: TellingStanding | null): string[] {
  if (crm === null || crm.waiting === 0) return [];
  const refused = crm.refused > 0 ? `, ${count(crm.refused)} of which it has refused so far` : '';
  return [
    `The CRM is still to be told of ${count(crm.waiting)}${refused}. ${crm.trouble?.message ?? ''}`.trimEnd(),
  ];
}

const cells = (entry: Suppression): string[] => [
  entry.address === null ? `hash ${entry.hash.slice(0, 12)}…` : plain(entry.address),
  entry.reason,
  entry.since.toISOString().slice(0, 16).replace('T', ' '),
  plain(entry.detail ?? '', 80),
];

/** Whether an address is on the list, and why. */
export async function show(text: string, options: Common): Promise<void> {
  const address = checked(text);
  await withApp(async (app) => {
    const entry = await findSuppression(app.db, address);
    print(options, entry, () =>
      entry ? table([cells(entry)], ['address', 'reason', 'since (UTC)', 'detail']) : notOnTheList(address),
    );
  });
}

/** Puts an address on the list. */
export async function add(
  text: string,
  options: Common & { reason: SuppressionReason; detail?: string },
): Promise<void> {
  const address = checked(text);
  const { reason, detail = null } = options;
  await withApp(async (app) => {
    const added = await suppress(app.db, { address, reason, detail, now: app.now() });
    const entry = await findSuppression(app.db, address);
    print(options, { added, entry }, () =>
      added
        ? `${plain(address)} is not written to any more.`
        : `${plain(address)} was on the list already, as ${entry?.reason}.`,
    );
  });
}

/** Takes an address off the list. */
export async function remove(text: string, options: Common & { yes?: boolean }): Promise<void> {
  const address = checked(text);
  await withApp(async (app) => {
    const entry = await findSuppression(app.db, address);
    const warning = entry && BEWARE[entry.reason];
    if (warning && !options.yes) {
      throw new UsageError(`${warning}\nNothing was removed. If you are sure, say so with --yes.`);
    }
    const removed = entry !== null && (await removeSuppression(app.db, entry));
    print(options, { removed, entry }, () => {
      if (!removed) return notOnTheList(address);
      return (
        `${plain(address)} is off the list (it was there as ${entry.reason}). ` +
        'An opt-out or bounce that the CRM knows of still holds.'
      );
    });
  });
}

const notOnTheList = (address: string) => `${plain(address)} is not on the list.`;

function checked(address: string): string {
  if (plausibleEmail(address.trim())) return address.trim();
  throw new UsageError(`"${plain(address)}" is no e-mail address.`);
}

import { classify } from './classify.ts';
import { addressIn, type Fields, firstValue, fromXtext, readGroups } from './fields.ts';
import type { Finding, Reading } from './reading.ts';
import { wordsIn } from './words-about.ts';

/** RFC 3464 §2.3.3: what became of the mail. */
type Action = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/**
 * Reads the machine's part of a delivery report (RFC 3464; RFC 6533 for addresses in UTF-8): a group of fields about
 * the message, then one about each recipient. Pure.
 * @param text the part `message/delivery-status`
 * @param forPeople the report's text, asked when a group has no words of its own
 */
export function readDeliveryStatus(text: string, forPeople = ''): Reading {
  // Some servers leave the group about the message out, some put an empty line into it: what names a recipient counts.
  const recipients = readGroups(text).filter(
    (group) => group.has('final-recipient') || group.has('original-recipient') || group.has('action'),
  );
  const wordsAbout = wordsIn(forPeople);
  const failed = recipients
    .filter((group) => actionOf(group) === 'failed')
    .map((group) => findingOf(group, wordsAbout));
  const [first, ...others] = failed;
  if (first) return { kind: 'report', source: 'dsn', findings: [first, ...others] };
  if (recipients.some((group) => actionOf(group) === 'delayed')) return { kind: 'ignored', why: 'delayed' };
  if (recipients.some((group) => actionOf(group) !== null)) return { kind: 'ignored', why: 'delivered' };
  return { kind: 'unreadable', problem: 'It is a delivery report that names no recipient and no result.' };
}

/** Null when the group tells nothing. A status without an action speaks for itself. */
function actionOf(group: Fields): Action | null {
  const [, action] =
    /^(failed|delayed|delivered|relayed|expanded)\b/i.exec(firstValue(group, 'action') ?? '') ?? [];
  if (action) return action.toLowerCase() as Action;
  const status = firstValue(group, 'status') ?? '';
  if (/^\s*[45]\./.test(status)) return 'failed';
  return /^\s*2\./.test(status) ? 'delivered' : null;
}

function findingOf(group: Fields, wordsAbout: (address: string) => string): Finding {
  const status = firstValue(group, 'status');
  const names = ['original-recipient', 'final-recipient'].map((name) => addressIn(firstValue(group, name)));
  const named = names.filter((name) => name !== null);
  const words = (group.get('diagnostic-code') ?? []).map(withoutType);
  // Exim gives no code for what no server said, e.g. that there is no such domain.
  if (words.length === 0) words.push(...named.map(wordsAbout).slice(-1));
  const said = words.join(' ');
  return {
    ...classify({ status, text: said }),
    addresses: [...new Set(named.flatMap((name) => [name, fromXtext(name)]))],
    detail: said || `The report gives no words, only the status ${status ?? '(none)'}.`,
  };
}

/** `smtp; 550 5.1.1 …` → `550 5.1.1 …` */
const withoutType = (diagnostic: string) => diagnostic.replace(/^\s*[\w-]{1,30}\s*;\s*/, '');

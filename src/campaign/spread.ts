import { seededUniform } from '../compose/random.ts';
import type { Customer } from '../domain/customer.ts';
import type { Campaign } from '../ledger/campaigns.ts';
import type { Schedule } from './timing/schedule.ts';

const MINUTE = 60_000;

/**
 * When a mail is due: within the campaign's spread by lot, counted in time that the recipient's send window allows.
 * By whole minutes, so that there are mails that are due together.
 */
export function dueAt(
  schedule: Schedule,
  start: Date,
  campaign: Pick<Campaign, 'id' | 'spreadHours'>,
  customer: Pick<Customer, 'id' | 'country'>,
  randomKey: string,
): Date {
  if (campaign.spreadHours === 0) return schedule.sendTime(start, customer.country);
  const lot = seededUniform(randomKey, campaign.id, customer.id, 'spread');
  const minutes = Math.floor(lot * campaign.spreadHours * 60);
  const wholeMinute = new Date(Math.floor(start.getTime() / MINUTE) * MINUTE);
  return schedule.later(wholeMinute, customer.country, minutes * MINUTE);
}

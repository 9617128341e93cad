import type { Language } from '../../domain/customer.ts';
import type { Count } from './complaints.ts';

/** Why a form of an offer was stopped, in a sentence for people. */
export function stopWords(language: Language, { mine, rest }: { mine: Count; rest: Count }): string {
  const parts = [mine, rest].map((count) => outOf(language, count));
  return language === 'de'
    ? `Nach Mails mit dieser Fassung haben sich mehr Menschen abgemeldet oder beschwert als nach Mails mit anderen Angeboten: ${parts[0]} gegen ${parts[1]}.`
    : `After mails with this version, more people unsubscribed or complained than after mails with other offers: ${parts[0]} against ${parts[1]}.`;
}

function outOf(language: Language, { mails, complaints }: Count): string {
  const [few, all] = [complaints, mails].map((number) => number.toLocaleString(language));
  return language === 'de' ? `${few} von ${all}` : `${few} of ${all}`;
}

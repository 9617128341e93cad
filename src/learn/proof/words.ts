import type { Language } from '../../domain/customer.ts';
import type { Count } from './complaints.ts';

/** Why a form of an offer was stopped, in a sentence for people. */
export function stopWords(language: Language, { mine, rest }: { mine: Count; rest: Count }): string {
  const parts = [mine, rest].map((count) => outOf(language, count));
  return language === 'de'
    ? `Mit dieser Fassung melden sich mehr Menschen ab oder beschweren sich, als es bei denselben Menschen Zufall sein kann. Zur Größenordnung: ${parts[0]} Mails mit ihr, ${parts[1]} mit anderen Angeboten.`
    : `With this version, more people unsubscribe or complain than chance can explain among the same people. To give you an idea: ${parts[0]} mails with it, ${parts[1]} with other offers.`;
}

function outOf(language: Language, { mails, complaints }: Count): string {
  const [few, all] = [complaints, mails].map((number) => number.toLocaleString(language));
  return language === 'de' ? `${few} von ${all}` : `${few} of ${all}`;
}

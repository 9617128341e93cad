import type { LeftReason, RatioSource, SkipReason, TakenReason } from './composition.ts';
import type { Language } from './customer.ts';

/** Why a send that was planned did not arrive, beyond the reasons for not writing at all. */
export type FailReason = 'campaign_cancelled' | 'erased' | 'smtp_rejected' | 'gave_up' | 'render_error';

/** Every stable code that says why something was shown, left out, skipped or failed. */
export type ReasonCode = SkipReason | LeftReason | TakenReason | FailReason;

type Sentences = Readonly<Record<Language, string>>;

const SENTENCES: Readonly<Record<ReasonCode, Sentences>> = {
  // why a customer gets no mail
  no_address: {
    de: 'Im CRM steht keine E-Mail-Adresse.',
    en: 'The CRM has no e-mail address.',
  },
  no_legal_basis: {
    de: 'Es gibt keine Rechtsgrundlage, diesem Kontakt zu schreiben.',
    en: 'There is no legal basis for writing to this contact.',
  },
  opted_out: {
    de: 'Im CRM ist vermerkt, dass dieser Kontakt keine Werbung möchte.',
    en: 'The CRM says that this contact wants no marketing mail.',
  },
  suppressed: {
    de: 'Diese Adresse ist gesperrt: abgemeldet, unzustellbar oder von Hand ausgenommen.',
    en: 'This address is suppressed: unsubscribed, undeliverable or excluded by hand.',
  },
  bounced: {
    de: 'Mails an diese Adresse kommen dauerhaft zurück.',
    en: 'Mail to this address bounces for good.',
  },
  archived: {
    de: 'Der Kontakt ist im CRM nicht mehr vorhanden.',
    en: 'The contact is no longer in the CRM.',
  },
  merged: {
    de: 'Im CRM mit einem anderen Kontakt zusammengeführt, der in dieser Kampagne seine eigene Mail hat.',
    en: 'Merged in the CRM with another contact that has a mail of its own in this campaign.',
  },
  holdout: {
    de: 'Gehört zur Vergleichsgruppe, die zur Wirkungsmessung keine Mails bekommt.',
    en: 'Belongs to the holdout, which gets no mail so that the effect can be measured.',
  },
  owns_nothing: {
    de: 'Hat nach dem, was wir wissen, kein Produkt im Einsatz.',
    en: 'Uses no product, as far as we know.',
  },
  not_in_segment: {
    de: 'Besitzt keines der Produkte, um die es in dieser Kampagne geht.',
    en: 'Owns none of the products that this campaign is about.',
  },
  nothing_new: {
    de: 'Zu den Produkten im Besitz gibt es nichts, was nicht schon erzählt wurde.',
    en: 'There is nothing about the owned products that has not been told already.',
  },
  capped_recently: {
    de: 'Die letzte Mail ist noch zu kurz her (Mindestabstand in den Einstellungen).',
    en: 'The last mail was too recent (the settings say how many days must lie between two).',
  },
  capped_period: {
    de: 'Hat in diesem Zeitraum schon so viele Mails bekommen, wie wir höchstens schicken.',
    en: 'Has already had as many mails in this period as we ever send.',
  },
  paused: {
    de: 'Hat um eine Pause gebeten.',
    en: 'Has asked for a break.',
  },
  wished_seldom: {
    de: 'Möchte seltener von uns hören; die letzte Mail liegt noch nicht lange genug zurück.',
    en: 'Wants to hear from us less often; the last mail was not long enough ago.',
  },
  duplicate_address: {
    de: 'Ein anderer Kontakt mit derselben Adresse bekommt die Mail.',
    en: 'Another contact with the same address gets the mail.',
  },
  in_flight: {
    de: 'An diese Adresse ist gerade eine andere Mail unterwegs.',
    en: 'Another mail to this address is on its way right now.',
  },
  // why a planned send did not arrive
  campaign_cancelled: {
    de: 'Die Kampagne wurde abgebrochen, bevor diese Mail an der Reihe war.',
    en: 'The campaign was cancelled before it was this mail’s turn.',
  },
  erased: {
    de: 'Die Daten dieser Person wurden auf ihren Wunsch gelöscht.',
    en: 'This person’s data were erased on request.',
  },
  smtp_rejected: {
    de: 'Der Mailserver hat die Mail endgültig abgelehnt.',
    en: 'The mail server refused the mail for good.',
  },
  gave_up: {
    de: 'Der Mailserver hat die Mail trotz vieler Versuche nicht angenommen.',
    en: 'The mail server did not take the mail, after many tries.',
  },
  render_error: {
    de: 'Die Mail ließ sich nicht erzeugen: In Vorlage oder Inhalt steckt ein Fehler.',
    en: 'The mail could not be made: there is a mistake in a template or in the content.',
  },
  // why something was left out of one mail
  already_seen: {
    de: 'Wurde diesem Kunden schon gezeigt.',
    en: 'Has been shown to this customer already.',
  },
  not_in_campaign: {
    de: 'Gehört nicht zu dieser Kampagne.',
    en: 'Is not part of this campaign.',
  },
  not_yet_published: {
    de: 'Ist noch nicht veröffentlicht.',
    en: 'Is not published yet.',
  },
  expired: {
    de: 'Ist abgelaufen.',
    en: 'Has expired.',
  },
  no_text_in_language: {
    de: 'Es gibt keinen Text in der Sprache des Kunden.',
    en: 'There is no text in the customer’s language.',
  },
  lower_rank: {
    de: 'Anderes war wichtiger; kommt mit einer der nächsten Mails.',
    en: 'Other things mattered more; comes with one of the next mails.',
  },
  displaced_by_experiment: {
    de: 'Hat seinen Platz einem Experiment überlassen; kommt beim nächsten Mal zuerst.',
    en: 'Gave its place to an experiment; comes first next time.',
  },
  already_owned: {
    de: 'Der Kunde besitzt das angebotene Produkt schon.',
    en: 'The customer already owns what is offered.',
  },
  declined: {
    de: 'Der Kunde hat dazu „Nein“ gesagt.',
    en: 'The customer said no to this.',
  },
  already_answered: {
    de: 'Der Kunde hat schon „Ja“ gesagt; jetzt ist der Vertrieb an der Reihe.',
    en: 'The customer has already said yes; now it is up to sales.',
  },
  worn_out: {
    de: 'Wurde diesem Kunden schon so oft gezeigt, wie wir es höchstens tun.',
    en: 'Has been shown to this customer as often as we ever do.',
  },
  no_bridge: {
    de: 'Keine Brücke führt von den Produkten dieses Kunden zu diesem Angebot.',
    en: 'No bridge leads from what this customer owns to this offer.',
  },
  no_variant: {
    de: 'Zurzeit wird keine Form dieses Angebots versucht.',
    en: 'No form of this offer is being tried at the moment.',
  },
  consent_needed: {
    de: 'Ohne Einwilligung nicht erlaubt: Das Angebot ist den Produkten im Besitz nicht ähnlich genug.',
    en: 'Not allowed without consent: the offer is not similar enough to what is owned.',
  },
  topic_off: {
    de: 'Der Kunde hat dieses Thema abbestellt.',
    en: 'The customer has unsubscribed from this topic.',
  },
  only_important: {
    de: 'Der Kunde möchte nur Wichtiges erfahren.',
    en: 'The customer wants to hear of important things only.',
  },
  asked_for_later: {
    de: 'Der Kunde hat „Später“ gesagt; die Zeit ist noch nicht um.',
    en: 'The customer said “later”; that time has not come yet.',
  },
  not_chosen: {
    de: 'Hätte gepasst, wurde diesmal aber nicht ausgewählt.',
    en: 'Would have fitted, but was not chosen this time.',
  },
  // why a block was taken
  unseen_development: {
    de: 'Neu zu einem Produkt im Besitz und noch nicht gezeigt.',
    en: 'New about an owned product, and not shown before.',
  },
  experiment_due: {
    de: 'Nach der Innovationsquote war ein Experiment an der Reihe.',
    en: 'By the innovation ratio an experiment was due.',
  },
  experiment_catch_up: {
    de: 'Holt ein Experiment nach, das früher fällig war.',
    en: 'Makes up for an experiment that was due earlier.',
  },
};

/**
 * A reason code as a sentence for people, the same in CLI and console. A code that this version does not know
 * (written by a newer one, say) comes back as it is.
 */
export function reasonSentence(code: string, language: Language): string {
  return Object.hasOwn(SENTENCES, code) ? SENTENCES[code as ReasonCode][language] : code;
}

/** All codes, for completeness checks and documentation. */
export const REASON_CODES = Object.keys(SENTENCES) as ReasonCode[];

const SOURCES: Readonly<Record<RatioSource, Sentences>> = {
  wish: { de: 'vom Kunden gewünscht: keine Angebote', en: 'wished for by the customer: no offers' },
  contact: { de: 'am Kontakt im CRM gesetzt', en: 'set on the contact in the CRM' },
  company: { de: 'an der Firma im CRM gesetzt', en: 'set on the company in the CRM' },
  segment: { de: 'aus dem Segment, in der Bibliothek gesetzt', en: 'from the segment, set in the library' },
  default: { de: 'Voreinstellung, niemand hat sie geändert', en: 'the default; nobody has changed it' },
};

/** Where a customer's innovation ratio came from, in words. */
export function ratioSourceWords(source: RatioSource, language: Language): string {
  return SOURCES[source][language];
}

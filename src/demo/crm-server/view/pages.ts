import type { ShownContact, ShownEngagement } from './contacts.ts';
import { type Html, html, noteHtml } from './html.ts';

const moment = new Intl.DateTimeFormat('de-DE', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'Europe/Berlin',
});

/** How our own fields are called here; the rest by their internal name. */
const LABELS: Record<string, string> = {
  spielbein_last_answer: 'Letzte Antwort',
  spielbein_last_answer_at: 'Letzte Antwort am',
  spielbein_wants: 'Wünscht',
  spielbein_call_requested_at: 'Rückruf gewünscht am',
  spielbein_preferences: 'Wünsche zu unseren Mails',
  spielbein_suggested_ratio: 'Vorschlag Innovationsquote',
  spielbein_suggested_ratio_reason: 'Grund des Vorschlags',
  spielbein_brief: 'Gesprächsleitfaden',
};

/** Contacts: those that the conversation left something on, or those that a search found. */
export function listPage(contacts: readonly ShownContact[], search: string): Html {
  const heading = search === '' ? 'Was Kunden gesagt haben' : `Suche nach „${search}“`;
  const none =
    search === ''
      ? 'Noch hat kein Kunde geantwortet. Sobald einer es tut, steht er nach etwa einer Minute hier.'
      : 'Kein Kontakt heißt so.';
  return page(
    heading,
    html`<h1>${heading}</h1>
<form method="get" action="/" role="search">
<label for="q">Kontakt suchen</label>
<input id="q" name="q" type="search" value="${search}" maxlength="100">
<button>Suchen</button>
</form>
${contacts.length === 0 ? html`<p class="none">${none}</p>` : html`<ul class="contacts">${contacts.map(listed)}</ul>`}`,
  );
}

function listed(contact: ShownContact): Html {
  const { id, name, company, engagements, profile } = contact;
  const notes = engagements.filter(({ kind }) => kind === 'note').length;
  const tasks = engagements.length - notes;
  const last = profile.find(([field]) => field === 'spielbein_last_answer')?.[1] ?? '';
  const facts = [count(notes, 'Notiz', 'Notizen'), count(tasks, 'Aufgabe', 'Aufgaben')]
    .filter(Boolean)
    .join(', ');
  return html`<li><a href="/contacts/${id}">${name}</a>
<span class="company">${company}</span>
${last === '' ? null : html`<span class="last">${last}</span>`}
${facts === '' ? null : html`<span class="facts">${facts}</span>`}</li>`;
}

const count = (n: number, one: string, many: string): string =>
  n === 0 ? '' : `${n} ${n === 1 ? one : many}`;

/** One contact: what the conversation left on it, then everything else. */
export function contactPage(contact: ShownContact): Html {
  const { name, company, email, owner, profile, properties, engagements } = contact;
  return page(
    name,
    html`<p><a href="/">Alle Kontakte</a></p>
<h1>${name}</h1>
<p class="who">${company}${company === '' ? '' : ' · '}${email} · ${owner === null ? 'ohne Betreuer' : `betreut von ${owner}`}</p>
<h2>Spielbein</h2>
${
  profile.length === 0
    ? html`<p class="none">Noch nichts.</p>`
    : html`<dl>${inOrder(profile).map(([field, value]) => html`<dt>${LABELS[field] ?? field}</dt><dd>${shownValue(value)}</dd>`)}</dl>`
}
<h2>Notizen und Aufgaben</h2>
${engagements.length === 0 ? html`<p class="none">Noch keine.</p>` : engagements.map(engagement)}
<h2>Alle Eigenschaften</h2>
<dl class="all">${properties.map(([field, value]) => html`<dt>${field}</dt><dd>${value}</dd>`)}</dl>`,
  );
}

/** Ours in the order of the labels, behind them what is new. */
function inOrder(profile: ShownContact['profile']): ShownContact['profile'] {
  const order = Object.keys(LABELS);
  const place = (field: string) => (order.includes(field) ? order.indexOf(field) : order.length);
  return [...profile].sort(([a], [b]) => place(a) - place(b));
}

function shownValue(value: string): Html {
  if (/^https?:\/\/\S+$/.test(value)) return html`<a href="${value}" rel="noreferrer">${value}</a>`;
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return html`${moment.format(new Date(value))}`;
  return html`${value}`;
}

function engagement({ kind, at, title, body, owner, createdAt }: ShownEngagement): Html {
  const when =
    kind === 'task' && Number.isFinite(at)
      ? `Aufgabe, fällig ${moment.format(at)}, für ${owner ?? 'niemanden'}`
      : `Notiz vom ${moment.format(Number.isFinite(at) ? at : createdAt)}`;
  return html`<article class="${kind}"><p class="when">${when}</p>
${title === null ? null : html`<h3>${title}</h3>`}
<div class="text">${noteHtml(body)}</div></article>`;
}

export const missingPage = (): Html =>
  page('Kein solcher Kontakt', html`<h1>Kein solcher Kontakt</h1><p><a href="/">Alle Kontakte</a></p>`);

function page(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Demo-CRM</title>
<link rel="stylesheet" href="/view.css">
</head>
<body>
<header><a href="/">Orvelin Werke · Demo-CRM</a> <span>Erfundene Firma, erfundene Kunden. Nur zum Ansehen.</span></header>
<main>
${content}
</main>
</body>
</html>
`;
}

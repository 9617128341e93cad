import { escapeHtml as esc } from '../render/escape.ts';
import { CLASSES } from './classify.ts';
import { monthsChart, scale, totalsChart } from './html-charts.ts';
import { STYLE } from './html-style.ts';
import type { ProblemCode } from './problem.ts';
import { problemInWords } from './problem-words.ts';
import { monthsOf, notes, number, type Period, percent, type Report, verdictSentences } from './report.ts';

/** More of them make a page that nobody reads; `--json` has them. */
const PROBLEMS_SHOWN = 200;

/** A longer table is folded away under its chart. */
const MONTHS_OPEN = 24;

/** The report as a page that stands for itself: no script, nothing loaded from elsewhere. */
export function htmlReport(report: Report): string {
  const { words, found, language } = report;
  const months = monthsOf(report);
  const dated = found.months.flatMap(({ month }, i) => (month === null ? [] : [months[i] as Period]));
  const sentences = verdictSentences(report);
  const isCompared = report.verdict.standing in words.zones;
  const sent = words.sent(number(found.sent, language), dated[0]?.name ?? null, dated.at(-1)?.name ?? null);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${esc(words.title)}: ${esc(words.question)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="kicker">${esc(words.title)}</p>
<h1>${esc(words.question)}</h1>
<p class="muted">${esc(sent)}</p>
</header>
<section>
<p class="verdict">${esc(sentences[0] ?? '')}</p>
${isCompared ? scale(report) : ''}
${sentences
  .slice(1)
  .map((sentence) => `<p>${esc(sentence)}</p>`)
  .join('\n')}
</section>
${found.sent === 0 ? '' : totals(report) + byMonth(report, months, dated)}
${colleagues(report)}
${problems(report)}
<footer>
${notes(report)
  .map((note) => `<p>${esc(note)}</p>`)
  .join('\n')}
</footer>
</main>
</body>
</html>
`;
}

function totals(report: Report): string {
  const { words, found, language } = report;
  const rows = CLASSES.map(
    (each) => `<tr><th scope="row"><span class="key ${each}"></span>${esc(words.classes[each])}</th>
<td>${number(found.classes[each], language)}</td><td>${percent(found.classes[each] / found.sent, language)}</td></tr>`,
  );
  return `<section>
<h2>${esc(words.whereTo)}</h2>
${totalsChart(report)}
<table>
<thead><tr><td></td><th scope="col">${esc(words.mails)}</th><th scope="col">${esc(words.share)}</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<p class="muted">${esc(words.once)}</p>
</section>
`;
}

function byMonth(report: Report, months: Period[], dated: Period[]): string {
  const { words, language } = report;
  const rows = months.map(
    ({ name, sent, classes }) =>
      `<tr><th scope="row">${esc(name)}</th><td>${number(sent, language)}</td>${CLASSES.map(
        (each) => `<td>${percent(classes[each] / sent, language)}</td>`,
      ).join('')}</tr>`,
  );
  const heads = CLASSES.map((each) => `<th scope="col">${esc(words.short[each])}</th>`).join('');
  return `<section>
<h2>${esc(words.byMonth)}</h2>
${dated.length > 1 ? `${monthsChart(report, dated)}\n<p class="muted">${esc(words.chartOfMonths)}</p>` : ''}
<details${months.length > MONTHS_OPEN ? '' : ' open'}>
<summary>${esc(words.asTable)}</summary>
<p class="swipe muted">${esc(words.swipe)}</p>
<div class="wide" tabindex="0" role="region" aria-label="${esc(words.byMonth)}">
<table>
<thead><tr><th scope="col">${esc(words.month)}</th><th scope="col">${esc(words.mails)}</th>${heads}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
</details>
</section>
`;
}

function colleagues({ words, found, language }: Report): string {
  if (found.colleagues.length === 0) return '';
  const rows = found.colleagues.map(
    ({ address, mails }) =>
      `<tr><th scope="row">${esc(address)}</th><td>${number(mails, language)}</td></tr>`,
  );
  return `<section>
<h2>${esc(words.colleagues)}</h2>
<p>${esc(words.colleaguesHint)}</p>
<table>
<thead><tr><th scope="col">${esc(words.address)}</th><th scope="col">${esc(words.mails)}</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>
`;
}

function problems(report: Report): string {
  const { words, found, language } = report;
  const { total, byCode, named } = found.problems;
  if (total === 0) return '';
  const counts = (Object.entries(byCode) as [ProblemCode, number][]).map(
    ([code, times]) =>
      `<tr><th scope="row">${esc(words.problem[code])}</th><td>${number(times, language)}</td></tr>`,
  );
  const shown = named.slice(0, PROBLEMS_SHOWN).map((problem) => problemInWords(problem, report));
  const items = shown.map(({ where, what }) => `<li>${esc(where)}: ${esc(what)}</li>`);
  const more =
    total > shown.length ? `<p>${esc(words.moreProblems(number(total - shown.length, language)))}</p>` : '';
  return `<section>
<h2>${esc(words.problems(number(total, language)))}</h2>
<table>
<thead><tr><th scope="col">${esc(words.what)}</th><th scope="col">${esc(words.messages)}</th></tr></thead>
<tbody>
${counts.join('\n')}
</tbody>
</table>
<details>
<summary>${esc(words.place)}</summary>
<ul>
${items.join('\n')}
</ul>
${more}
</details>
</section>
`;
}

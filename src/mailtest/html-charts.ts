import { escapeHtml as esc } from '../render/escape.ts';
import { CLASSES } from './classify.ts';
import { number, type Period, percent, type Report, verdictSentences } from './report.ts';
import { COMMON_BELOW, RARE_ABOVE } from './verdict.ts';

/** The three zones are drawn equally wide, each with its own scale: 0 to 1 %, 1 to 20 %, 20 to 100 %. */
const ZONES = [
  { name: 'common', from: 0, to: COMMON_BELOW },
  { name: 'between', from: COMMON_BELOW, to: RARE_ABOVE },
  { name: 'rare', from: RARE_ABOVE, to: 1 },
] as const;

const ZONE = 200;

/** Where this mailbox stands between the marks. */
export function scale(report: Report): string {
  const { verdict, words, language } = report;
  const index = Math.max(
    0,
    ZONES.findIndex(({ name }) => name === verdict.standing),
  );
  const zone = ZONES[index] as (typeof ZONES)[number];
  const x = (index + (verdict.share - zone.from) / (zone.to - zone.from)) * ZONE;
  const drawn = ZONES.map(
    ({ name }, i) =>
      `<rect class="zone ${name === verdict.standing ? 'here' : ''}" x="${i * ZONE + 1}" y="34" width="${ZONE - 2}" height="12"/>
<text class="label" x="${i * ZONE + ZONE / 2}" y="68" text-anchor="middle">${esc(words.zones[name])}</text>`,
  );
  const marks = [COMMON_BELOW, RARE_ABOVE].map(
    (mark, i) =>
      `<text class="label" x="${(i + 1) * ZONE}" y="26" text-anchor="middle">${Math.round(mark * 100)}${language === 'de' ? '\u00a0' : ''}%</text>`,
  );
  return `<svg class="scale" viewBox="-12 0 ${3 * ZONE + 24} 76" role="img" aria-label="${esc(verdictSentences(report).join(' '))}">
${drawn.join('\n')}
${marks.join('\n')}
<path class="pointer" d="M${x.toFixed(1)} 34 l-9 -15 h18 z"/><rect class="pointer" x="${(x - 1.5).toFixed(1)}" y="32" width="3" height="18"/>
</svg>`;
}

const ROW = 34;
const LABEL = 160;
const BAR = 340;

/** A bar for each class. */
export function totalsChart({ words, found, language }: Report): string {
  const most = Math.max(...CLASSES.map((each) => found.classes[each]));
  const rows = CLASSES.map((each, i) => {
    const mails = found.classes[each];
    const width = mails === 0 ? 0 : Math.max(2, (mails / most) * BAR);
    const y = i * ROW;
    return `<text class="name" x="${LABEL - 10}" y="${y + 22}" text-anchor="end">${esc(words.classes[each])}</text>
<rect class="${each}" x="${LABEL}" y="${y + 6}" width="${width.toFixed(1)}" height="22" rx="2"/>
<text class="name" x="${(LABEL + width + 8).toFixed(1)}" y="${y + 22}">${percent(mails / found.sent, language)}</text>`;
  });
  const label = CLASSES.map((each) => `${words.classes[each]} ${number(found.classes[each], language)}`).join(
    ', ',
  );
  return `<svg viewBox="0 0 600 ${CLASSES.length * ROW}" role="img" aria-label="${esc(label)}">
${rows.join('\n')}
</svg>`;
}

const HEIGHT = 160;

/** A column for each month, stacked to 100 %, customers at the bottom, where they can be compared. */
export function monthsChart(report: Report, months: Period[]): string {
  const step = 600 / months.length;
  const width = Math.max(1, step * 0.82);
  const columns = months.map(({ name, sent, classes }, i) => {
    const x = i * step + (step - width) / 2;
    let top = HEIGHT;
    const parts = CLASSES.map((each) => {
      const height = (classes[each] / sent) * HEIGHT;
      top -= height;
      return height === 0
        ? ''
        : `<rect class="${each}" x="${x.toFixed(2)}" y="${top.toFixed(2)}" width="${width.toFixed(2)}" height="${height.toFixed(2)}"/>`;
    });
    const share = percent(classes.customers / sent, report.language);
    return `<g><title>${esc(`${name}: ${share} ${report.words.classes.customers}`)}</title>${parts.join('')}</g>`;
  });
  const { words } = report;
  const first = months[0]?.name ?? '';
  const last = months.at(-1)?.name ?? '';
  return `<svg viewBox="0 0 600 ${HEIGHT + 24}" role="img" aria-label="${esc(`${words.byMonth}, ${first} – ${last}`)}">
${columns.join('\n')}
<text class="label" x="0" y="${HEIGHT + 18}">${esc(first)}</text>
<text class="label" x="600" y="${HEIGHT + 18}" text-anchor="end">${esc(last)}</text>
</svg>`;
}

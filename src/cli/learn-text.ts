import type { Part, Plot, Told } from '../learn/report/told.ts';
import { bold, dim, plain, table } from './output.ts';
import { wrap } from './wrap.ts';

/** Columns of a terminal, and of a bar in it. */
const WIDTH = 80;
const BAR = 36;

/** The report for a terminal: plots become lines of characters, decisions the commands that decide. */
export function learnText(told: Told): string {
  const sections = told.sections.map(({ title, parts: all }) => {
    const parts = all.filter((part) => !isForPage(part));
    const texts = parts.map((part, i) => partText(part, parts[i - 1]));
    return [...(title === '' ? [] : [bold(title)]), ...texts].join('\n\n');
  });
  const more = told.sections.some(({ parts }) => parts.some(isForPage))
    ? [dim(lines(MORE[told.language]))]
    : [];
  return [bold(told.title), ...sections, ...more, dim(told.asOf)].join('\n\n');
}

/** What a page folds away, and plots that lines of characters can't draw. */
const isForPage = (part: Part): boolean =>
  (part.kind === 'table' && part.folded === true) ||
  (part.kind === 'plot' && part.plot.kind !== 'intervals') ||
  ((part.kind === 'text' || part.kind === 'heading') && part.plotted === true);

const MORE = {
  de: 'Alle Fassungen und der Verlauf über die Zeit stehen auf der Seite „Gelerntes“ und in der Datei von --out.',
  en: 'All versions, and how things went over time, are on the page “Learned” and in the file of --out.',
};

function partText(part: Part, before: Part | undefined): string {
  switch (part.kind) {
    case 'text':
      return part.muted ? dim(lines(part.text)) : lines(part.text);
    case 'heading':
      return bold(`· ${plain(part.text, 200)}`);
    case 'list':
      return part.items.map((item) => `- ${wrap(plain(item, 1000), WIDTH - 2).join('\n  ')}`).join('\n');
    case 'table': {
      // the plot above it has said what it is
      const isNamed = before?.kind === 'plot' && before.label === part.caption;
      const figures = table(
        part.rows.map((row, k) =>
          row.map((cell, i) => plain(i === 0 ? (part.short?.[k] ?? cell) : cell, 44)),
        ),
        part.head.map((cell) => plain(cell, 30)),
      );
      const key = (part.key ?? []).map((line) => dim(plain(line, WIDTH)));
      const named = isNamed ? figures : `${dim(plain(part.caption, 200))}\n${figures}`;
      return key.length === 0 ? named : `${named}\n\n${key.join('\n')}`;
    }
    case 'plot':
      return [dim(plain(part.label, 200)), plotText(part.plot)].filter(Boolean).join('\n');
    case 'file':
      return `${lines(part.text)}\n  spielbein learn decide ${part.id} yes --out FILE`;
    case 'decision': {
      const ways = part.choices.map(
        ({ as, label }) =>
          `  ${`spielbein learn decide ${part.id} ${as === 'similar' ? 'yes --similar' : as}`}  ${dim(`# ${label}`)}`,
      );
      return [bold(`? ${plain(part.title, 200)}`), ...part.text.map(lines), ...ways].join('\n');
    }
  }
}

/** Intervals are drawn; how shares and rates went over time is for pages. */
function plotText(plot: Plot): string {
  if (plot.kind !== 'intervals') return '';
  const most = Math.max(...plot.rows.map(({ range }) => range.high));
  const place = (rate: number) => Math.round((rate / most) * (BAR - 1));
  return plot.rows
    .map(({ label, range }) => {
      const [low, mean, high] = [place(range.low), place(range.mean), place(range.high)];
      const bar = Array.from({ length: BAR }, (_, i) =>
        i === mean ? '●' : i >= low && i <= high ? '─' : ' ',
      );
      return `${bar.join('')}  ${plain(label, WIDTH - BAR - 2)}`;
    })
    .join('\n');
}

const lines = (text: string): string => wrap(plain(text, 2000), WIDTH).join('\n');

import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, sep } from 'node:path';
import type { Language } from '../../../domain/customer.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

/** What bull-board's pages are made of. */
export interface BoardFiles {
  /** Its scripts and styles, in order, within its folder. */
  scripts: string[];
  styles: string[];
  /** One of its files, by its name from a list: no address leads anywhere else. */
  file(name: string): Promise<{ data: Buffer; type: string } | null>;
}

/** Reads which files there are; once. */
export async function boardFiles(): Promise<BoardFiles> {
  const dir = join(dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json')), 'dist');
  const [index, entries] = await Promise.all([
    readFile(join(dir, 'index.ejs'), 'utf8'),
    readdir(join(dir, 'static'), { recursive: true, withFileTypes: true }),
  ]);
  const paths = new Map(
    entries
      .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [relative(dir, path).split(sep).join('/'), path]),
  );
  const named = (pattern: RegExp) => [...index.matchAll(pattern)].map(([, name = '']) => name);
  return {
    scripts: named(/<script defer src="(static\/js\/[\w.-]+)"/g),
    styles: named(/<link href="(static\/css\/[\w.-]+)"/g),
    async file(name) {
      const path = paths.get(name);
      if (path === undefined) return null;
      return { data: await readFile(path), type: TYPES[extname(path)] ?? 'application/octet-stream' };
    },
  };
}

/** Our colours in bull-board's words. */
const theme = {
  light: {
    background: '#f8f7f3',
    foreground: '#1d2625',
    card: '#ffffff',
    primary: '#0b5c63',
    'primary-foreground': '#ffffff',
    border: '#dfddd4',
    sidebar: '#efeee8',
    'sidebar-foreground': '#1d2625',
    'muted-foreground': '#5c6765',
    'status-waiting': '#8a4b00',
  },
  dark: {
    background: '#121716',
    foreground: '#e7ebe8',
    card: '#1a2120',
    primary: '#7cc7cc',
    'primary-foreground': '#0a2124',
    border: '#2f3937',
    sidebar: '#202827',
    'sidebar-foreground': '#e7ebe8',
    'muted-foreground': '#9daba8',
  },
} as const;

/** How bull-board looks here. Addresses start from its own. */
export const boardLooks = (given: { language: Language; title: string; back: string }) => ({
  boardTitle: given.title,
  boardLogo: { path: '../../assets/icon.svg', width: 22, height: 22 },
  favIcon: { default: '../../assets/icon.svg', alternative: '../../assets/icon.svg' },
  miscLinks: [{ text: given.back, url: '../../operations' }],
  hideDocsLink: true,
  locale: { lng: given.language === 'de' ? 'de-DE' : 'en-GB' },
  pollingInterval: { showSetting: true },
  theme,
});

/** What its picture buttons are called, in plain words without quotes. */
export type BoardNames = Readonly<Record<'settings' | 'maximize' | 'store' | 'menu', string>>;

/**
 * The page that bull-board's script fills. Its base is found from where the page is, so that it works behind any path of
 * a proxy; no style or script stands in it.
 * @param given.base from this page to the board, e.g. `../queues/`
 */
export function boardPage(
  files: Pick<BoardFiles, 'scripts' | 'styles'>,
  given: { language: Language; base: string; title: string; names: BoardNames; looks: object },
): string {
  const settings = JSON.stringify(given.looks).replaceAll('<', '\\u003c');
  const names = Object.entries(given.names)
    .map(([key, name]) => ` data-${key}="${name}"`)
    .join('');
  return `<!doctype html>
<html lang="${given.language}"${names}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<base href="${given.base}">
<title>${given.title}</title>
<link rel="icon" id="fav-logo" href="../../assets/icon.svg" type="image/svg+xml">
${files.styles.map((file) => `<link rel="stylesheet" href="${file}">`).join('\n')}
</head>
<body>
<script id="__UI_CONFIG__" type="application/json">${settings}</script>
<div id="root"></div>
<script defer src="../../assets/board.js"></script>
${files.scripts.map((file) => `<script defer src="${file}"></script>`).join('\n')}
</body>
</html>
`;
}

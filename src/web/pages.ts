import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';
import type { Language } from '../domain/customer.ts';
import { reasonSentence } from '../domain/reasons.ts';
import { dayWords } from '../feedback/preferences/words.ts';
import { fillWords, type Words, words } from './words/words.ts';

const OWN_PAGES = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', 'templates', 'pages');

/** What every page may use besides its own data. */
export interface PageFrame {
  language: Language;
  /** From this page to the top, e.g. "../", so that pages work behind any path. */
  root: string;
  timeZone: string;
}

export interface Pages {
  render(page: string, frame: PageFrame, data?: object): Promise<string>;
  asset(name: string): Promise<Buffer | null>;
  /** Forgets what was read, after a file changed. */
  forget(): void;
}

type Rendered = (page: string, context: object) => string;

/**
 * The pages of `templates/pages`. A folder of one's own (TEMPLATES_DIR) may bring single files; what it does not
 * have comes from Spielbein.
 */
export function createPages(templatesDir: string | undefined): Pages {
  const dirs = [...new Set([...(templatesDir ? [join(templatesDir, 'pages')] : []), OWN_PAGES])].filter(
    existsSync,
  );
  let compiled: Promise<Rendered> | null = null;
  const assets = new Map<string, Promise<Buffer | null>>();
  return {
    async render(page, frame, data = {}) {
      compiled ??= compilePages(dirs);
      compiled.catch(() => {
        compiled = null;
      });
      const render = await compiled;
      return render(page, { ...data, ...frame, words: words(frame.language) });
    },
    asset(name) {
      if (!/^[a-z0-9-]+\.(css|js|svg)$/.test(name)) return Promise.resolve(null);
      const kept = assets.get(name) ?? readFirst(dirs.map((dir) => join(dir, 'assets', name)));
      assets.set(name, kept);
      return kept;
    },
    forget() {
      compiled = null;
      assets.clear();
    },
  };
}

async function readFirst(files: string[]): Promise<Buffer | null> {
  for (const file of files) {
    const data = await readFile(file).catch(() => null);
    if (data) return data;
  }
  return null;
}

/** Every .hbs file is a page and a partial at once; `{{#> layout}}` wraps. */
async function compilePages(dirs: string[]): Promise<Rendered> {
  const handlebars = Handlebars.create();
  registerHelpers(handlebars);
  const templates = new Map<string, Handlebars.TemplateDelegate>();
  for (const dir of dirs.toReversed()) {
    for (const file of (await readdir(dir)).filter((name) => name.endsWith('.hbs'))) {
      const name = file.slice(0, -'.hbs'.length);
      const template = handlebars.compile(await readFile(join(dir, file), 'utf8'), {
        knownHelpersOnly: false,
      });
      templates.set(name, template);
      handlebars.registerPartial(name, template);
    }
  }
  return (page, context) => {
    const template = templates.get(page);
    if (!template) throw new Error(`There is no page ${page}.hbs in ${dirs.join(' or ')}.`);
    return template(context);
  };
}

/** Making a formatter costs many times what it takes to use one. */
function once<Args extends string[], T>(make: (...args: Args) => T): (...args: Args) => T {
  const made = new Map<string, T>();
  return (...args) => {
    const key = args.join('|');
    const known = made.get(key) ?? make(...args);
    made.set(key, known);
    return known;
  };
}
const numberIn = once((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
const percentIn = once(
  (locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
);
const momentIn = once(
  (locale, timeZone) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }),
);

/** Results are strings, never SafeString: Handlebars escapes every one of them. */
function registerHelpers(handlebars: typeof Handlebars): void {
  const root = (options: Handlebars.HelperOptions) => options.data.root as PageFrame & { words: Words };
  const locale = (options: Handlebars.HelperOptions) => (root(options).language === 'de' ? 'de-DE' : 'en-GB');

  handlebars.registerHelper({
    t: (key: string, options: Handlebars.HelperOptions) => fillWords(root(options).words, key, options.hash),
    tn: (key: string, count: number, options: Handlebars.HelperOptions) =>
      fillWords(root(options).words, count === 1 ? `${key}_one` : key, {
        count: numberIn(locale(options)).format(count),
        ...options.hash,
      }),
    n: (value: number, options: Handlebars.HelperOptions) => numberIn(locale(options)).format(value),
    percent: (value: number, options: Handlebars.HelperOptions) => percentIn(locale(options)).format(value),
    when: (value: Date | null, options: Handlebars.HelperOptions) =>
      value === null ? '' : momentIn(locale(options), root(options).timeZone).format(value),
    day: (value: string, options: Handlebars.HelperOptions) => dayWords(value, root(options).language),
    /** As people gave it; the nightly round's, which the program gave, in the page's language. */
    campaignName: (name: string, options: Handlebars.HelperOptions) => {
      const [, night] = /^Nightly round (\d{4}-\d{2}-\d{2})$/.exec(name) ?? [];
      const { language, words: texts } = root(options);
      return night === undefined
        ? name
        : fillWords(texts, 'campaign.nightly_of', { day: dayWords(night, language) });
    },
    uri: (value: string) => encodeURIComponent(value),
    iso: (value: Date) => value.toISOString(),
    reason: (code: string, options: Handlebars.HelperOptions) => reasonSentence(code, root(options).language),
    or: (a: unknown, b: unknown) => a || b,
    eq: (a: unknown, b: unknown) => a === b,
    concat: (...parts: unknown[]) => parts.slice(0, -1).join(''),
  });
}

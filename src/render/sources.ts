import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One template file as it was read. `file` is relative to the templates folder. */
export interface TemplateSource {
  file: string;
  source: string;
}

/** Everything in `templates/mail/` that makes a newsletter. */
export interface MailSources {
  mjml: TemplateSource;
  text: TemplateSource;
  words: TemplateSource;
  /** By name, as `{{> name}}` calls them. */
  partials: ReadonlyMap<string, TemplateSource>;
}

/** Reads the newsletter's templates. @throws Error naming the file that is missing. */
export async function readMailSources(templatesDir: string): Promise<MailSources> {
  const read = async (file: string): Promise<TemplateSource> => {
    try {
      const source = await readFile(join(templatesDir, file), 'utf8');
      return { file, source: source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n') };
    } catch (cause) {
      throw new Error(`The template ${join(templatesDir, file)} cannot be read. Is TEMPLATES_DIR right?`, {
        cause,
      });
    }
  };
  const [mjml, text, words, names] = await Promise.all([
    read('mail/newsletter.mjml'),
    read('mail/newsletter.txt'),
    read('mail/words.yaml'),
    readdir(join(templatesDir, 'mail/partials')).catch(() => []),
  ]);
  const files = names.filter((name) => name.endsWith('.mjml')).sort();
  const partials = await Promise.all(
    files.map(async (name) => [name.slice(0, -'.mjml'.length), await read(`mail/partials/${name}`)] as const),
  );
  return { mjml, text, words, partials: new Map(partials) };
}

import Handlebars from 'handlebars';

/**
 * Mail templates go through Handlebars twice. `{{…}}` is filled when a template is compiled:
 * fixed words, company, colours, partials. `[[…]]` is left alone by that and by MJML, and becomes the template
 * that runs once for each mail.
 */
const PERSONAL = /\[\[\[([^\]]*)\]\]\]|\[\[([^\]]*)\]\]/g;

/** Turns `[[…]]` into `{{…}}`, for the second pass. Doubled braces that are there already become harmless. */
export function personalTemplate(source: string): string {
  return source
    .replace(/\{(?=\{)/g, '{ ')
    .replace(PERSONAL, (_, raw: string | undefined, escaped: string | undefined) =>
      raw === undefined ? `{{${escaped}}}` : `{{{${raw}}}}`,
    );
}

/** Keeps text that comes from settings and words from being taken for template code in the second pass. */
export function withoutBrackets<T>(value: T): T {
  if (typeof value === 'string') return value.replace(/([[{])(?=\1)/g, '$1 ') as T;
  if (Array.isArray(value)) return value.map(withoutBrackets) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutBrackets(inner)])) as T;
}

/** A template ready to run. Pure: same view, same text. Throws when the view lacks a value it names. */
export type CompiledTemplate = (view: object) => string;

/**
 * Compiles a Handlebars template that can do nothing but read own properties of its view: no helpers beyond
 * the built-in ones, no prototypes, no methods, and a missing value is an error instead of a hole.
 */
export function compileTemplate(
  source: string,
  options: { escape: boolean; partials?: Record<string, CompiledTemplate> },
): CompiledTemplate {
  const handlebars = Handlebars.create();
  const template = handlebars.compile(source, {
    strict: true,
    knownHelpersOnly: true,
    noEscape: !options.escape,
    preventIndent: true,
    data: false,
  });
  const runtime = {
    allowProtoPropertiesByDefault: false,
    allowProtoMethodsByDefault: false,
    ...(options.partials ? { partials: options.partials } : {}),
  };
  return (view) => template(view, runtime);
}

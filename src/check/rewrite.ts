import { Tokenizer } from 'htmlparser2';

/** What to put in place of one piece of HTML; the piece itself leaves it as it is. */
export interface Rewriting {
  /** A run of text, or what stands inside a style element. */
  text(text: string, inStyle: boolean): string;
  attribute(name: string, value: string): string;
}

type Callbacks = ConstructorParameters<typeof Tokenizer>[1];

function tokenize(html: string, wanted: Partial<Callbacks>): void {
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    { xmlMode: false, decodeEntities: false },
    {
      onattribdata: ignore,
      onattribend: ignore,
      onattribentity: ignore,
      onattribname: ignore,
      oncdata: ignore,
      onclosetag: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onend: ignore,
      onopentagend: ignore,
      onopentagname: ignore,
      onprocessinginstruction: ignore,
      onselfclosingtag: ignore,
      ontext: ignore,
      ontextentity: ignore,
      ...wanted,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
}

/** Says every tag as it comes, with where its name begins; nothing is remembered. */
export function walkTags(
  html: string,
  { open, close }: { open(name: string, start: number): void; close(): void },
): void {
  tokenize(html, {
    onopentagname: (start, end) => open(html.slice(start, end).toLowerCase(), start),
    onclosetag: close,
  });
}

/** Replaces texts and attribute values where they stand; everything else stays as it was written, faults included. */
export function rewriteHtml(html: string, { text, attribute }: Rewriting): string {
  let made = '';
  let copied = 0;
  let name = '';
  let inStyle = false;
  let run: [start: number, end: number] | null = null;
  const replace = (start: number, end: number, by: string) => {
    made += html.slice(copied, start) + by;
    copied = end;
  };
  // a style sheet with a "<" in it comes in several pieces
  const endOfText = () => {
    if (run) replace(...run, text(html.slice(...run), inStyle));
    run = null;
  };
  tokenize(html, {
    onopentagname: (start, end) => {
      endOfText();
      inStyle = html.slice(start, end).toLowerCase() === 'style';
    },
    onclosetag: () => {
      endOfText();
      inStyle = false;
    },
    ontext: (start, end) => {
      if (run?.[1] !== start) endOfText();
      run = [run?.[0] ?? start, end];
    },
    onattribname: (start, end) => {
      name = html.slice(start, end).toLowerCase();
    },
    onattribdata: (start, end) => {
      replace(start, end, attribute(name, html.slice(start, end)));
    },
    oncdata: endOfText,
    oncomment: endOfText,
    ondeclaration: endOfText,
    onend: endOfText,
    onprocessinginstruction: endOfText,
  });
  return made + html.slice(copied);
}

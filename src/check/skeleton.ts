import { Tokenizer } from 'htmlparser2';

/** What may stand in place of a value that differs from mail to mail. */
const STAND_IN: Readonly<Record<string, (value: string) => string>> = {
  href: () => 'https://x.example/',
  // the kind of picture matters
  src: (value) => `https://x.example/x${/\.\w{3,4}(?=$|[?#])/.exec(value)?.[0] ?? ''}`,
  alt: () => 'x',
  title: () => 'x',
  'aria-label': () => 'x',
};

/**
 * A mail's HTML without what differs from customer to customer: texts, addresses and alternative texts. Mails built
 * alike have the same one, so what depends on structure and style alone is judged once. Everything else stays as it
 * was written, faults included, and on its line; what was empty stays empty.
 */
export function skeletonOf(html: string): string {
  let made = '';
  let copied = 0;
  let attribute = '';
  let inStyle = false;
  const replace = (start: number, end: number, standIn: string) => {
    const text = html.slice(start, end);
    if (text.trim() === '') return;
    made += html.slice(copied, start) + standIn + '\n'.repeat(text.split('\n').length - 1);
    copied = end;
  };
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    { xmlMode: false, decodeEntities: false },
    {
      onopentagname: (start, end) => {
        inStyle = html.slice(start, end).toLowerCase() === 'style';
      },
      onclosetag: () => {
        inStyle = false;
      },
      ontext: (start, end) => {
        if (!inStyle) replace(start, end, 'x');
      },
      onattribname: (start, end) => {
        attribute = html.slice(start, end).toLowerCase();
      },
      onattribdata: (start, end) => {
        const standIn = Object.hasOwn(STAND_IN, attribute) ? STAND_IN[attribute] : undefined;
        if (standIn) replace(start, end, standIn(html.slice(start, end)));
      },
      onattribend: ignore,
      onattribentity: ignore,
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onend: ignore,
      onopentagend: ignore,
      onprocessinginstruction: ignore,
      onselfclosingtag: ignore,
      ontextentity: ignore,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return made + html.slice(copied);
}

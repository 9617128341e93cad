import { customer } from '../render/stand.ts';
import { BROWSER } from './person.ts';
import type { WebStand } from './stand.ts';

/** How a program goes about the links of a mail. */
export interface Manner {
  /** Link by link and form by form, each to the last level; or all links first, then all forms of each level. */
  depthFirst: boolean;
  /** At the same moment, or one after the other. */
  parallel: boolean;
  /** Asks for the headers first. */
  head: boolean;
  /** How many levels of forms are sent: of the page, of the page that answers, and so on. */
  levels: number;
  /** How long it waits before every step, in milliseconds. */
  waitMs: number;
  /** The same before opening a link, if that is different; and once before the first form. */
  openMs?: number;
  pauseMs?: number;
  /** Which buttons of a form it presses; `none`: it sends the form without any. */
  buttons: 'none' | 'first' | 'every' | 'reversed';
}

interface Form {
  path: string;
  fields: URLSearchParams;
}

/** Addresses of our pages in a send's mail, in the order of the document, each once. */
export async function linksInMail(web: WebStand, sendId: number): Promise<string[]> {
  const { composition } = await web.options.db
    .selectFrom('sends')
    .select('composition')
    .where('id', '=', sendId)
    .executeTakeFirstOrThrow();
  if (!composition) throw new Error(`Send ${sendId} has no composition.`);
  const { renderer } = await web.options.content.current();
  const mail = renderer.render({
    sendId,
    campaignId: 'herbst',
    customer: { ...customer, language: composition.language },
    owned: [],
    composition,
    links: web.links,
  });
  return [...new Set(mail.html.match(/https?:\/\/[^\s"]+\/[acup]\/[\w-]{32}/g))];
}

let machines = 0;

/**
 * Opens links as programs do that look into mails, and sends the forms that it finds. Each scan comes from an address
 * of its own, and must get its pages: being told to wait proves nothing.
 */
export async function scan(web: WebStand, links: readonly string[], manner: Manner): Promise<void> {
  const { depthFirst, parallel, head, levels, waitMs, openMs = waitMs, pauseMs = 0, buttons } = manner;
  machines += 1;
  const remoteAddress = `203.0.113.${machines % 256}`;
  const request = async (method: 'GET' | 'HEAD' | 'POST', path: string, fields?: URLSearchParams) => {
    const answer = await web.app.inject({
      method,
      url: path,
      remoteAddress,
      headers: fields ? { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded' } : BROWSER,
      ...(fields ? { payload: fields.toString() } : {}),
    });
    // 422: what a form says by default need not make sense
    if (answer.statusCode >= 400 && answer.statusCode !== 422) {
      throw new Error(`The scanner got ${answer.statusCode} from ${path}.`);
    }
    return formsIn(answer.body, path, buttons);
  };
  const open = async (link: string) => {
    const { pathname } = new URL(link);
    if (head) await request('HEAD', pathname);
    return await request('GET', pathname);
  };
  const send = (form: Form) => request('POST', form.path, form.fields);
  /** Does a step for each, at the same moment or one after the other. */
  async function each<T>(
    list: readonly T[],
    step: (item: T) => Promise<Form[]>,
    ms = waitMs,
  ): Promise<Form[]> {
    if (parallel) {
      web.clock.advance(Math.max(ms, 50));
      return (await Promise.all(list.map(step))).flat();
    }
    const found: Form[] = [];
    for (const item of list) {
      web.clock.advance(Math.max(ms, 50));
      found.push(...(await step(item)));
    }
    return found;
  }
  async function follow(start: readonly string[]): Promise<void> {
    let forms = await each(start, open, openMs);
    web.clock.advance(pauseMs);
    for (let level = 0; level < levels; level++) forms = await each(forms, send);
  }
  async function descend(forms: readonly Form[], left: number): Promise<void> {
    if (left > 0) for (const form of forms) await descend(await each([form], send), left - 1);
  }
  if (!depthFirst) await follow(links);
  else if (parallel) for (const link of links) await follow([link]);
  else for (const link of links) await descend(await each([link], open), levels);
}

/** The forms of a page with what they say by default, once for each of the buttons that are pressed. */
function formsIn(html: string, path: string, pressed: Manner['buttons']): Form[] {
  return [...html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].flatMap(([, attributes = '', inside = '']) => {
    const action = attributeOf(attributes, 'action');
    const fields: [string, string][] = [...inside.matchAll(/<input([^>]*)>/g)].flatMap(([, input = '']) => {
      const chosen = !/type="(radio|checkbox)"/.test(input) || /\schecked/.test(input);
      const name = attributeOf(input, 'name');
      return chosen && name ? [[name, attributeOf(input, 'value') ?? '']] : [];
    });
    const buttons = [...inside.matchAll(/<button([^>]*)>/g)].map(([, button = '']) => {
      const name = attributeOf(button, 'name');
      return new URLSearchParams(
        name ? [...fields, [name, attributeOf(button, 'value') ?? ''] as [string, string]] : fields,
      );
    });
    if (pressed === 'none') buttons.splice(0, buttons.length, new URLSearchParams(fields));
    if (pressed === 'first') buttons.splice(1);
    if (pressed === 'reversed') buttons.reverse();
    const target = action ? new URL(action, `http://page${path}`).pathname : path;
    return buttons.map((button) => ({ path: target, fields: button }));
  });
}

const attributeOf = (text: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(text)?.[1]?.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');

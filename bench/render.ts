/**
 * Mails a second: rendering a whole mail (links, subject, HTML, text) against running the precompiled
 * Handlebars template for its HTML alone, over the same customers.
 *
 *     node bench/render.ts [--json]
 */
import { compileTemplate } from '../src/render/brackets.ts';
import { exampleMails, median } from './example-mails.ts';

export interface RenderFigures {
  /** Different customers in one round. */
  mails: number;
  rounds: number;
  /** Median of the rounds, mails a second. */
  templateAlone: number;
  render: number;
  /** How many times slower `render` is than the template alone; at most 1.5 is the aim. */
  ratio: number;
  htmlBytes: number;
}

/** Alternating rounds, so that what slows the machine down slows both. */
export async function benchRender({ mails = 2000, rounds = 31 } = {}): Promise<RenderFigures> {
  const { renderer, inputs } = await exampleMails(mails);

  const views = inputs.map((input) => renderer.view(input));
  const template = compileTemplate(renderer.templates('de').html.source, { escape: true });

  const alone = () => views.reduce((sum, view) => sum + template(view).length, 0);
  const whole = () =>
    inputs.reduce((sum, input) => {
      const { html, text, subject } = renderer.render(input);
      return sum + html.length + text.length + subject.length;
    }, 0);

  const times: { alone: number[]; whole: number[] } = { alone: [], whole: [] };
  for (let round = -3; round < rounds; round++) {
    const order = round % 2 === 0 ? (['alone', 'whole'] as const) : (['whole', 'alone'] as const);
    for (const what of order) {
      const started = process.hrtime.bigint();
      what === 'alone' ? alone() : whole();
      // the first rounds only warm up
      if (round >= 0) times[what].push(Number(process.hrtime.bigint() - started) / 1e9);
    }
  }
  const templateAlone = mails / median(times.alone);
  const render = mails / median(times.whole);
  const first = inputs[0];
  return {
    mails,
    rounds,
    templateAlone: Math.round(templateAlone),
    render: Math.round(render),
    ratio: Math.round((templateAlone / render) * 100) / 100,
    htmlBytes: first ? Buffer.byteLength(renderer.render(first).html) : 0,
  };
}

if (import.meta.main) {
  const figures = await benchRender();
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(figures));
  } else {
    const number = (value: number) => value.toLocaleString('en').padStart(9);
    console.log(`${figures.mails} customers, median of ${figures.rounds} alternating rounds
  HTML template alone     ${number(figures.templateAlone)} mails/s
  render, the whole mail  ${number(figures.render)} mails/s
  times slower            ${figures.ratio.toFixed(2).padStart(9)}   (aim: at most 1.50)
  HTML of one mail        ${number(figures.htmlBytes)} bytes`);
  }
}

/**
 * Rendering a whole mail from facts in memory (links, subject, HTML, text) against running the precompiled Handlebars
 * template for its HTML alone, over the same customers.
 *
 *   npm run bench -- render
 */
import { compileTemplate } from '../src/render/brackets.ts';
import { exampleMails } from './example-mails.ts';
import { alternate, ratioOf, spreadOf } from './harness/alternate.ts';
import type { Result } from './harness/result.ts';

export async function benchRender({ mails = 2000, rounds = 31 } = {}): Promise<Result> {
  const { renderer, inputs } = await exampleMails(mails);
  const views = inputs.map((input) => renderer.view(input));
  const template = compileTemplate(renderer.templates('de').html.source, { escape: true });
  const { seconds } = await alternate(
    {
      alone: () => views.reduce((sum, view) => sum + template(view).length, 0),
      whole: () =>
        inputs.reduce((sum, input) => {
          const { html, text, subject } = renderer.render(input);
          return sum + html.length + text.length + subject.length;
        }, 0),
    },
    { rounds, warmUp: 3 },
  );
  const perSecond = (values: number[]) => Math.round(mails / spreadOf(values).median);
  const first = inputs[0];
  const htmlBytes = first ? Buffer.byteLength(renderer.render(first).html) : 0;
  return {
    rows: [
      {
        measure: 'render',
        reference: 'precompiled Handlebars of the same HTML alone',
        result: ratioOf(seconds.alone, seconds.whole),
        unit: '×',
        mustReach: { atLeast: 0.65 },
        aim: { atLeast: 0.9 },
        detail: `${perSecond(seconds.whole)} mails/s (HTML of ${htmlBytes} bytes), the template alone ${perSecond(seconds.alone)}; ${rounds} pairs of ${mails} mails`,
      },
    ],
    data: { mails, htmlBytes, seconds },
  };
}

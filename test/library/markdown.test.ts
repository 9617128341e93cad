import fc from 'fast-check';
import Handlebars from 'handlebars';
import { expect, test } from 'vitest';
import { markdownSlips, renderMarkdown } from '../../src/library/markdown.ts';
import { fillPlaceholders, placeholderValues } from '../../src/library/placeholders.ts';

test('paragraphs, emphasis, lists and links become HTML and readable text', () => {
  const { html, text } = renderMarkdown(
    'Eins **zwei** *drei*,\nvier [fünf](https://a.example/x?y=1&z=2).\n\n- a\n- b **c**\n\n3. d\n4. e\n\nEnde.',
  );
  expect(html).toBe(
    '<p>Eins <strong>zwei</strong> <em>drei</em>,\nvier <a href="https://a.example/x?y=1&amp;z=2">fünf</a>.</p>\n' +
      '<ul>\n<li>a</li>\n<li>b <strong>c</strong></li>\n</ul>\n<ol start="3">\n<li>d</li>\n<li>e</li>\n</ol>\n<p>Ende.</p>\n',
  );
  expect(text).toBe(
    'Eins zwei drei, vier fünf (https://a.example/x?y=1&z=2).\n\n- a\n- b c\n\n3. d\n4. e\n\nEnde.',
  );
});

test('an address that is its own label is written once', () => {
  expect(renderMarkdown('<https://a.example/> [post@a.example](mailto:post@a.example)').text).toBe(
    'https://a.example/ post@a.example',
  );
});

test('HTML is shown, not passed on', () => {
  const { html } = renderMarkdown('a <b onclick="x">b</b>\n\n<script>alert(1)</script>\n\n<!-- c -->');
  expect(html).not.toMatch(/<(?!\/?p>)/);
  expect(html).toContain('&lt;script&gt;');
});

test.each([
  'javascript:alert(1)',
  'http://a.example',
  'data:text/html,x',
  '//a.example',
  'a.html',
  ' ftp://a',
])('a link to %s is only its label', (href) => {
  expect(renderMarkdown(`[label](<${href}>)`).html).toBe('<p>label</p>\n');
  expect(markdownSlips(`[label](<${href}>)`)).toMatchObject([{ kind: 'bad_link' }]);
});

test('pictures, headings, code and tables are no part of a body', () => {
  for (const source of [
    '![x](https://a.example/x.png)',
    '# x',
    '`x`',
    '    x',
    '|a|\n|-|\n|b|',
    '> x',
    '***',
  ]) {
    expect(markdownSlips(source), source).toMatchObject([{ kind: 'unsupported' }]);
    expect(renderMarkdown(source).html).not.toMatch(/<(img|h1|code|pre|table|blockquote|hr)/);
  }
  expect(
    markdownSlips('Für **{{yourProduct}}** und _{{product}}_:\n\n1. [a](https://a.example)\n   - b'),
  ).toEqual([]);
});

test('placeholders survive, also inside emphasis and lists, and are filled with escaped values', () => {
  const { html, text } = renderMarkdown(
    'Für**{{product}}**neu\n\n- {{yourProduct}} [{{product}}](https://a.example)',
  );
  expect(html).toContain('<p>Für<strong>{{product}}</strong>neu</p>');
  expect(html).toContain('<li>{{yourProduct}} <a href="https://a.example">{{product}}</a></li>');
  const values = placeholderValues('<b>{{yourProduct}}</b>', 'de');
  expect(fillPlaceholders(text, values)).toContain('Für<b>{{yourProduct}}</b>neu');
  expect(fillPlaceholders(html, values, (value) => Handlebars.escapeExpression(value))).toContain(
    '<strong>&lt;b&gt;{{yourProduct}}&lt;/b&gt;</strong>',
  );
});

test('nothing else in a body can be taken for template code', () => {
  const nasty = fc.constantFrom(
    '{', '}', '{{', '}}', '{{{', '}}}', '\\', '{{product}}', '{{yourProduct}}', '{{#each x}}', '{{> p}}', '&#123;',
    '&lbrace;', '&#92;', '**', '*', '_', '`', '[', '](https://a.example/', ')', '<', '>', '!', '\n', '\n\n- ', ' ', 'x',
    '\ue000product\ue001', '\ue000', 'product', '[[', ']]', '~~', '{{!--', '--}}', '|', '> ', '    ',
  ); // biome-ignore format: a word list
  fc.assert(
    fc.property(fc.array(fc.oneof(nasty, fc.string({ maxLength: 3 })), { maxLength: 14 }), (parts) => {
      const { html, text } = renderMarkdown(parts.join(''));
      for (const form of [html, text]) {
        for (const node of Handlebars.parse(form).body) {
          if (node.type === 'ContentStatement') continue;
          expect(node).toMatchObject({ type: 'MustacheStatement', escaped: true, params: [] });
          expect(['product', 'yourProduct']).toContain(
            ((node as hbs.AST.MustacheStatement).path as hbs.AST.PathExpression).original,
          );
        }
        const compiled = Handlebars.compile(form)({ product: 'P', yourProduct: 'Y' });
        expect(compiled).toBe(fillPlaceholders(form, { product: 'P', yourProduct: 'Y' }));
      }
      expect(
        html.replaceAll(/<\/?(p|strong|em|ul|ol|li|br|a)( (href="https:[^"<>]*"|start="\d+"))?>/g, ''),
      ).not.toMatch(/[<>]/);
    }),
    { numRuns: 1500 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inScheme, SCHEMES } from '../../src/studio/dark.ts';

const mail = (ground: string, ink: string) =>
  `<html><head><style>.x{color:${ink}}@media (prefers-color-scheme: dark){.x{color:#fff}}</style></head>` +
  `<body bgcolor="${ground}" style="background-color:${ground};color:${ink}"><p style="color:${ink}">Wort</p><img src="a.png" alt=""></body></html>`;

/** Lightness of #rrggbb, 0 to 1. */
const lightness = (colour: string) => {
  const [r = 0, g = 0, b = 0] = (colour.match(/[0-9a-f]{2}/gi) ?? []).map((part) =>
    Number.parseInt(part, 16),
  );
  return (Math.max(r, g, b) + Math.min(r, g, b)) / 510;
};
const groundIn = (html: string) => /bgcolor="(#[0-9a-f]{6})"/.exec(html)?.[1] ?? '';
const inkIn = (html: string) => /<p style="color:\s*(#[0-9a-f]{6})/.exec(html)?.[1] ?? '';
const colour = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }))
  .map((parts) => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`);

describe('a mail in the dark', () => {
  test('keeps its words, links and pictures in every scheme', () => {
    fc.assert(
      fc.property(colour, colour, fc.constantFrom(...SCHEMES), (ground, ink, scheme) => {
        const html = inScheme(mail(ground, ink), scheme);
        expect(html).toContain('>Wort</p><img src="a.png" alt="">');
      }),
    );
  });

  test('partly inverted: no light ground stays, what is dark stays as it is', () => {
    fc.assert(
      fc.property(colour, colour, (ground, ink) => {
        const html = inScheme(mail(ground, ink), 'partly');
        if (lightness(ground) > 0.5) expect(lightness(groundIn(html))).toBeLessThanOrEqual(0.52);
        else expect(groundIn(html)).toBe(ground);
        expect(lightness(inkIn(html))).toBeGreaterThanOrEqual(0.48);
      }),
    );
  });

  test('fully inverted: the light becomes dark and the dark light', () => {
    const light = inScheme(mail('#ffffff', '#111111'), 'fully');
    expect(lightness(groundIn(light))).toBeLessThan(0.2);
    expect(lightness(inkIn(light))).toBeGreaterThan(0.8);
    const dark = inScheme(mail('#111111', '#ffffff'), 'fully');
    expect(lightness(groundIn(dark))).toBeGreaterThan(0.8);
  });

  test('honoured: its own dark styles hold, whatever the browser prefers, and in the light they do not', () => {
    expect(inScheme(mail('#ffffff', '#111111'), 'dark')).toContain('@media (min-width: 0px)');
    for (const scheme of ['light', 'partly', 'fully'] as const)
      expect(inScheme(mail('#ffffff', '#111111'), scheme)).toContain('@media (max-width: 0px)');
  });

  test('comes to an end with what is no mail', () => {
    for (const text of [
      '<style '.repeat(5000),
      'style="'.repeat(5000),
      '<'.repeat(50_000),
      `style='${';'.repeat(50_000)}`,
    ]) {
      expect(inScheme(text, 'fully').length).toBeGreaterThan(0);
    }
  });
});

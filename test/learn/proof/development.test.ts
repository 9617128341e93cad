import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { canBeDevelopment, developmentFrom, developmentIdOf } from '../../../src/learn/proof/development.ts';
import { loadLibrary } from '../../../src/library/load.ts';
import { developmentFile, type Offer, offerFile } from '../../../src/library/schema.ts';
import { sampleLibrary } from '../../library/sample.ts';

const today = '2026-06-15';

/** An offer with every part in two forms. */
function offer(changes: Partial<Offer> = {}): Offer {
  return {
    ...offerFile.parse({
      product: 'waage',
      bridges: [
        {
          product: 'drucker',
          similar: true,
          de: 'Zu {{product}} passt sie.',
          en: 'It goes with {{product}}.',
        },
        { family: 'Wiegen', similar: false },
      ],
      published: '2026-02-01',
      picture: 'bild.png',
      link: 'https://muster.example/waage',
      genes: {
        headline: { question: { de: 'Wer wiegt nach?', en: 'Who checks the weight?' } },
        bridge: { owners: { de: 'Für {{yourProduct}} gemacht.', en: 'Made for {{yourProduct}}.' } },
        benefit: { german: { de: 'Sie wiegt auf *Gramm* genau:\n\n- schnell\n- leise' } },
      },
      de: { headline: 'Eine Waage dazu', body: 'Sie wiegt.', alt: 'Eine Waage', linkLabel: 'Zur Waage' },
      en: { headline: 'A scale with it', body: 'It weighs.', alt: 'A scale', linkLabel: 'To the scale' },
    }),
    id: 'probe',
    ...changes,
  };
}

const read = (text: string) => developmentFile.parse(parse(text));

describe('the development that an offer becomes', () => {
  it('has the texts of the form that proved itself', () => {
    const found = read(developmentFrom(offer(), 'headline=question,bridge=owners', { today }));
    expect(found.de).toEqual({
      headline: 'Wer wiegt nach?',
      body: 'Für {{yourProduct}} gemacht.\n\nSie wiegt.',
      alt: 'Eine Waage',
      linkLabel: 'Zur Waage',
    });
    expect(found.en?.headline).toBe('Who checks the weight?');
    expect(found).toMatchObject({ published: today, picture: 'bild.png', sells: ['waage'] });
  });

  it('goes only to owners who may be told without consent, and says who is left out', () => {
    const text = developmentFrom(offer(), 'base', { today });
    expect(read(text)).toMatchObject({ products: ['drucker'], families: [] });
    expect(text).toMatch(/^# .*consent/m);
    const none = offer({ bridges: [{ family: 'Wiegen', similar: false }] });
    expect(canBeDevelopment(none)).toBe(false);
    expect(() => developmentFrom(none, 'base', { today })).toThrow(
      /none of its bridges is marked as similar/,
    );
  });

  it('has only the languages that the form is written in', () => {
    const found = read(developmentFrom(offer(), 'benefit=german', { today, kind: 'service' }));
    expect(found.kind).toBe('service');
    expect(found.de?.body).toContain('- leise');
    expect(found.en).toBeUndefined();
    expect(() => developmentFrom(offer(), 'headline=gone', { today })).toThrow(/not written any more/);
  });

  it('says which question is left behind, as that may be what proved itself', () => {
    const asked = offer();
    asked.genes.call = { costs: { de: 'Was kostet es?', en: 'What does it cost?' } };
    const text = developmentFrom(asked, 'call=costs', { today });
    expect(text).toContain('# - The question "Was kostet es?" is not in it: developments ask their own.');
    expect(text).toContain('"What does it cost?"');
    expect(developmentFrom(asked, 'base', { today })).not.toContain('question');
  });

  it('passes the library’s checks', async () => {
    const text = developmentFrom(offer(), 'headline=question,bridge=owners', { today });
    const file = `developments/${developmentIdOf('probe')}.yaml`;
    await using library = await sampleLibrary({ [file]: text });
    const { library: loaded, problems } = await loadLibrary(library.dir);
    expect(problems).toEqual([]);
    expect(loaded.developments.get('probe-proven')?.products).toEqual(['drucker']);
  });
});

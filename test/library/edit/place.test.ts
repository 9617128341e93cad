import { expect, test } from 'vitest';
import { placeOf, placeOfFile } from '../../../src/library/edit/place.ts';

test('names the file of an entry', () => {
  expect(placeOf('offers', 'kamera')?.file).toBe('offers/kamera.yaml');
  expect(placeOf('settings', 'settings')?.file).toBe('settings.yaml');
  expect(placeOf('pictures', 'laser.png')?.file).toBe('pictures/laser.png');
  expect(placeOf('mail', 'newsletter.mjml')).toMatchObject({
    folder: 'templates',
    file: 'mail/newsletter.mjml',
  });
  expect(placeOf('mail', 'header.mjml')?.file).toBe('mail/partials/header.mjml');
});

test.each([
  '..',
  '../settings',
  '..%2Fsettings',
  '/etc/passwd',
  'C:\\boot',
  '..\\settings',
  'a/b',
  '.hidden',
  'a\0',
  'a.yaml',
  'A',
  'ä',
  '',
  'a'.repeat(101),
  'con fig',
])('has no place for %j', (id) => {
  for (const kind of ['developments', 'offers', 'products', 'questions', 'settings', 'mail', 'pictures'])
    expect(placeOf(kind, id)).toBeNull();
});

test('has no place for other kinds, and none for files that only look like content', () => {
  for (const kind of ['', '..', 'constructor', 'pages', 'library', 'mail/partials'])
    expect(placeOf(kind, 'a')).toBeNull();
  for (const id of ['x.svg', 'x.png.svg', 'x.php', '.png', 'x.PNG'])
    expect(placeOf('pictures', id)).toBeNull();
  for (const id of ['words.yml', 'other.txt', 'a.hbs', '../newsletter.mjml', '.mjml'])
    expect(placeOf('mail', id)).toBeNull();
});

test('finds the entry behind a file that the library check names', () => {
  expect(placeOfFile('offers/kamera.yaml')).toMatchObject({ kind: 'offers', id: 'kamera' });
  expect(placeOfFile('settings.yaml')).toMatchObject({ kind: 'settings' });
  expect(placeOfFile('pictures/laser.png')).toMatchObject({ kind: 'pictures' });
  for (const file of ['.', 'offers/Bad Name.yaml', 'offers/a/b.yaml', 'mail/words.yaml', 'notes.txt'])
    expect(placeOfFile(file)).toBeNull();
});

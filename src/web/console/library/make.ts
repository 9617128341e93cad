import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Kind, placeOf } from '../../../library/edit/place.ts';
import { productName } from '../../../library/grammar.ts';
import { isHuge, looksLike } from '../../../library/pictures.ts';
import { saveContent } from '../../../studio/editing/save.ts';
import { firstOf } from '../../bodies.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';
import { EDIT_BYTES } from './edit-form.ts';
import { sendEntry } from './entry.ts';
import { isInUse } from './in-use.ts';
import { knownLibrary, type LibraryTools, placeIn } from './tools.ts';

/** A mail with three pictures should stay light; a megabyte is somebody's original. */
const PICTURE_BYTES = 1_000_000;

const words = firstOf(z.string().trim().max(200)).catch('').default('');
const asked = z.object({
  kind: firstOf(z.enum(['developments', 'offers', 'products', 'questions']))
    .catch('developments')
    .default('developments'),
  name: words,
  about: words,
});
const basedOn = z.object({ basedOn: firstOf(z.string().regex(/^[0-9a-f]{64}$/)) });
const upload = z.object({ picture: z.instanceof(File), name: words });

/** New entries, new pictures, and removing what nobody needs any more. */
export function makeRoutes(app: FastifyInstance, tools: LibraryTools): void {
  app.get('/library/new', { config: { role: 'marketer' } }, async (request, reply) => {
    const { kind, name, about } = asked.parse(request.query);
    const { library } = await knownLibrary(tools);
    const id = slugOf(name);
    const place = placeOf(kind, id);
    const taken = library.developments.has(id) || library.offers.has(id) || library[kind].has(id);
    const root = rootOf(request.url);
    if (place && !taken) {
      const search = about === '' ? '' : `?about=${encodeURIComponent(about)}`;
      return reply.redirect(`${root}library/${kind}/${id}/edit${search}`, 303);
    }
    const language = consoleLanguage(request);
    return sendConsole(tools, request, reply, {
      name: 'library-new',
      place: 'library',
      status: name === '' ? 200 : 422,
      data: {
        kind,
        name,
        wrong: name === '' ? null : taken ? 'taken' : 'name',
        isPiece: kind === 'developments' || kind === 'offers',
        products: [...library.products.values()]
          .map((product) => ({
            key: product.key,
            name: productName(product, language),
            chosen: product.key === about,
          }))
          .sort((a, b) => a.name.localeCompare(b.name, language)),
      },
    });
  });

  app.post('/library/upload', { bodyLimit: EDIT_BYTES }, async (request, reply) => {
    const posted = upload.safeParse(request.body ?? {});
    const wrong = (why: string) =>
      sendConsole(tools, request, reply, {
        name: 'library-upload',
        place: 'library',
        status: 422,
        data: { wrong: why },
      });
    if (!posted.success) return wrong('picture');
    const { picture, name } = posted.data;
    if (picture.size > PICTURE_BYTES) return wrong('large');
    const data = Buffer.from(await picture.arrayBuffer());
    const ending = ['png', 'jpg'].find((each) => looksLike(`x.${each}`, data));
    if (ending !== undefined && isHuge(data)) return wrong('huge');
    const slug = slugOf(name === '' ? picture.name.replace(/\.[^.]*$/, '') : name);
    const place = ending === undefined ? null : placeOf('pictures', `${slug}.${ending}`);
    if (ending === undefined) return wrong('picture');
    if (place === null) return wrong('name');
    const saved = await saveContent(
      { db: tools.db, ...tools.folders },
      { place, data, basedOn: null, person: request.person, now: tools.now() },
    );
    // mail programs keep pictures: another picture needs another name
    if (saved.kind === 'changed') return wrong('taken');
    if (saved.kind === 'trouble') return wrong('read_only');
    if (saved.kind === 'refused') return wrong('picture');
    return reply.redirect(`${rootOf(request.url)}library?kind=pictures&done=uploaded`, 303);
  });

  app.post('/library/:kind/:id/remove', async (request, reply) => {
    const place = placeIn(request);
    const posted = basedOn.safeParse(request.body ?? {});
    if (!place || !posted.success || !isRemovable(place.kind)) return missing(tools, request, reply);
    const to = `${rootOf(request.url)}library/${place.kind}/${encodeURIComponent(place.id)}`;
    if (await isInUse(tools.db, place)) return reply.redirect(`${to}?refused=running`, 303);
    const saved = await saveContent(
      { db: tools.db, ...tools.folders },
      { place, data: null, basedOn: posted.data.basedOn, person: request.person, now: tools.now() },
    );
    if (saved.kind === 'refused')
      return sendEntry(tools, request, reply, place, { status: 422, problems: saved.problems });
    if (saved.kind === 'trouble') return reply.redirect(`${to}?refused=${saved.code}`, 303);
    if (saved.kind === 'changed') return reply.redirect(`${to}?refused=changed`, 303);
    return reply.redirect(`${rootOf(request.url)}library?kind=${place.kind}&done=removed`, 303);
  });
}

const isRemovable = (kind: Kind): boolean => kind !== 'settings' && kind !== 'mail';

/** "Wägezelle für Öle" → "waegezelle-fuer-oele". Pure. */
export function slugOf(name: string): string {
  const german: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüß]/g, (letter) => german[letter] ?? letter)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 90)
    .replace(/-+$/, '');
}

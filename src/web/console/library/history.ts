import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { diffLines } from '../../../library/edit/diff.ts';
import { hashOf } from '../../../library/edit/disk.ts';
import { textOfBytes } from '../../../library/edit/text.ts';
import { bodiesOf } from '../../../studio/editing/history.ts';
import { saveContent } from '../../../studio/editing/save.ts';
import { firstOf } from '../../bodies.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';
import { dirOf } from './edit.ts';
import { readOrTrouble, sendEntry } from './entry.ts';
import { knownLibrary, type LibraryTools, mayEdit, placeIn, refuseEdit, titleOf } from './tools.ts';

const number = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const basedOn = firstOf(z.union([z.literal(''), z.string().regex(/^[0-9a-f]{64}$/)]));
const restore = z.object({ edit: firstOf(number), side: firstOf(z.enum(['before', 'after'])), basedOn });

/** What an entry was before: single changes, and the way back to them. */
export function historyRoutes(app: FastifyInstance, tools: LibraryTools): void {
  app.get('/library/:kind/:id/history/:edit', async (request, reply) => {
    const place = placeIn(request);
    const id = number.safeParse((request.params as { edit: string }).edit);
    const past = place && id.success ? await bodiesOf(tools.db, place, id.data) : null;
    if (!place || !past) return missing(tools, request, reply);
    const [found, { library }] = await Promise.all([
      readOrTrouble(dirOf(tools, place), place),
      knownLibrary(tools),
    ]);
    const now = found && typeof found === 'object' ? found : null;
    const text = (body: Buffer | null) => (body && textOfBytes(body)) ?? '';
    const isPicture = place.kind === 'pictures';
    const can = (body: Buffer | null) =>
      body !== null && hashOf(body) !== now?.hash && typeof found !== 'string';
    return sendConsole(tools, request, reply, {
      name: 'library-change',
      place: 'library',
      data: {
        where: place,
        path: `library/${place.kind}/${place.id}`,
        heading: titleOf(library, place, consoleLanguage(request)),
        edit: past.edit,
        made: past.edit.beforeHash === null,
        removed: past.edit.afterHash === null,
        diff: isPicture ? [] : diffLines(text(past.before), text(past.after)),
        isPicture,
        mayEdit: mayEdit(request, place.kind),
        basedOn: now?.hash ?? '',
        // this version, or the one before it, unless it is what the file says anyway
        sides: (['after', 'before'] as const).filter((side) => can(past[side])),
      },
    });
  });

  app.post('/library/:kind/:id/restore', async (request, reply) => {
    const place = placeIn(request);
    const posted = restore.safeParse(request.body ?? {});
    if (!place || !posted.success) return missing(tools, request, reply);
    if (!mayEdit(request, place.kind)) return refuseEdit(tools, request, reply);
    const past = await bodiesOf(tools.db, place, posted.data.edit);
    const body = past?.[posted.data.side] ?? null;
    if (body === null) return missing(tools, request, reply);
    const saved = await saveContent(
      { db: tools.db, ...tools.folders },
      {
        place,
        data: body,
        basedOn: posted.data.basedOn === '' ? null : posted.data.basedOn,
        person: request.person,
        now: tools.now(),
      },
    );
    const to = `${rootOf(request.url)}library/${place.kind}/${encodeURIComponent(place.id)}`;
    switch (saved.kind) {
      case 'refused':
        return sendEntry(tools, request, reply, place, { status: 422, problems: saved.problems });
      case 'changed':
        return reply.redirect(`${to}?refused=changed`, 303);
      case 'trouble':
        return reply.redirect(`${to}?refused=${saved.code}`, 303);
      default:
        return reply.redirect(`${to}?done=${saved.kind === 'same' ? 'same' : 'restored'}`, 303);
    }
  });
}

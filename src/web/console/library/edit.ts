import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { dayOf } from '../../../compose/day.ts';
import { LANGUAGES } from '../../../domain/customer.ts';
import { blankOf, blanksIn } from '../../../library/edit/blank.ts';
import { diffLines } from '../../../library/edit/diff.ts';
import type { DiskTrouble, FileNow } from '../../../library/edit/disk.ts';
import { fieldsOf, MOST_IN_FIELD, readFields } from '../../../library/edit/fields.ts';
import { isPiece, type Place } from '../../../library/edit/place.ts';
import { textOfBytes } from '../../../library/edit/text.ts';
import type { EditProblem } from '../../../studio/editing/check.ts';
import { editsOf } from '../../../studio/editing/history.ts';
import { saveContent } from '../../../studio/editing/save.ts';
import { firstOf } from '../../bodies.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';
import { bytesOf, EDIT_BYTES, type Posted, readEditForm } from './edit-form.ts';
import { piecesOf, readOrTrouble, withExcerpts } from './entry.ts';
import {
  knownLibrary,
  type LibraryTools,
  mayEdit,
  pictureFiles,
  placeIn,
  refuseEdit,
  titleOf,
} from './tools.ts';

const asked = z.object({
  as: firstOf(z.enum(['fields', 'text']))
    .catch('fields')
    .default('fields'),
  /** The product that a new entry is about. */
  about: firstOf(z.string().max(200)).catch('').default(''),
});

/** What the page around the form says. */
interface Said {
  status?: number;
  problems?: readonly EditProblem[];
  trouble?: DiskTrouble;
  /** Somebody else was faster: the file as it is now. */
  theirs?: FileNow | null;
  /** What still says what a new entry begins with. */
  blanks?: readonly string[];
}

/** Writing an entry anew, in fields of its own or as the file that it is. */
export function editRoutes(app: FastifyInstance, tools: LibraryTools): void {
  const big = { bodyLimit: EDIT_BYTES };

  app.get('/library/:kind/:id/edit', { config: { role: 'marketer' } }, async (request, reply) => {
    const place = placeIn(request);
    if (!place || place.kind === 'pictures') return missing(tools, request, reply);
    if (!mayEdit(request, place.kind)) return refuseEdit(tools, request, reply);
    const found = await readOrTrouble(dirOf(tools, place), place);
    const { as, about } = asked.parse(request.query);
    const nothing: Posted = { as, basedOn: null, text: '', in: undefined };
    if (typeof found === 'string') return sendForm(tools, request, reply, place, nothing, { trouble: found });
    if (found === null) {
      const text = isPiece(place.kind) ? await blank(tools, place, about) : null;
      if (text === null) return missing(tools, request, reply);
      return sendForm(tools, request, reply, place, { ...nothing, text }, {});
    }
    const text = textOfBytes(found.data);
    if (text === null) return sendForm(tools, request, reply, place, nothing, { trouble: 'no_file' });
    return sendForm(tools, request, reply, place, { ...nothing, basedOn: found.hash, text }, {});
  });

  app.post('/library/:kind/:id/edit', big, async (request, reply) => {
    const place = placeIn(request);
    const posted = place && readEditForm(place, request.body);
    if (!place || !posted || place.kind === 'pictures') return missing(tools, request, reply);
    if (!mayEdit(request, place.kind)) return refuseEdit(tools, request, reply);
    const isNew = posted.basedOn === null;
    if (isNew && !isPiece(place.kind)) return missing(tools, request, reply);
    if (posted.unwritten) return sendForm(tools, request, reply, place, posted, { status: 422 });
    const blanks = blanksIn(place.kind, posted.text);
    if (blanks.length > 0) return sendForm(tools, request, reply, place, posted, { status: 422, blanks });
    const before = await readOrTrouble(dirOf(tools, place), place);
    const saved = await saveContent(
      { db: tools.db, ...tools.folders },
      {
        place,
        data: bytesOf(posted, before && typeof before === 'object' ? before.data : null),
        basedOn: posted.basedOn,
        person: request.person,
        now: tools.now(),
      },
    );
    switch (saved.kind) {
      case 'refused':
        return sendForm(tools, request, reply, place, posted, { status: 422, problems: saved.problems });
      case 'trouble':
        return sendForm(tools, request, reply, place, posted, { status: 409, trouble: saved.code });
      case 'changed':
        return sendForm(tools, request, reply, place, posted, { status: 409, theirs: saved.now });
      default: {
        const done = saved.kind === 'same' ? 'same' : isNew ? 'made' : 'saved';
        const path = `library/${place.kind}/${encodeURIComponent(place.id)}`;
        return reply.redirect(`${rootOf(request.url)}${path}?done=${done}`, 303);
      }
    }
  });
}

/** Lines that a text takes in a field of ordinary width. */
const rowsFor = (text: string): number =>
  Math.min(
    24,
    Math.max(
      6,
      text.split('\n').reduce((sum, line) => sum + 1 + Math.floor(line.length / 80), 1),
    ),
  );

export const dirOf = (tools: LibraryTools, place: Place): string =>
  place.folder === 'library' ? tools.folders.libraryDir : tools.folders.templatesDir;

async function blank(tools: LibraryTools, place: Place, about: string): Promise<string | null> {
  const { library } = await knownLibrary(tools);
  const known = library.products.has(about) ? about : ([...library.products.keys()][0] ?? '');
  const today = dayOf(tools.now(), library.settings.nightly.timeZone);
  return blankOf(place.kind, { today, about: known });
}

/** The form with what was written in it, whatever became of it: nothing that somebody wrote is lost. */
async function sendForm(
  tools: LibraryTools,
  request: FastifyRequest,
  reply: FastifyReply,
  place: Place,
  posted: Posted,
  said: Said,
): Promise<FastifyReply> {
  const language = consoleLanguage(request);
  const [{ library }, pictures, edits] = await Promise.all([
    knownLibrary(tools),
    pictureFiles(tools.folders),
    said.theirs === undefined ? [] : editsOf(tools.db, place),
  ]);
  const values = fieldsOf(place.kind).length > 0 ? readFields(place.kind, posted.text) : null;
  const conflict = said.theirs !== undefined;
  const { unwritten } = posted;
  const { blanks = [] } = said;
  const isLong = (name: string) => (unwritten?.[name]?.trim().length ?? 0) > MOST_IN_FIELD;
  const long = fieldsOf(place.kind).some(({ name }) => isLong(name));
  // what has no field of its own is written in the file
  const isFieldwork = (!unwritten || long) && !blanks.includes('bridges');
  const asFields = posted.as === 'fields' && values !== null && !conflict && isFieldwork;
  const wordsIn = (name: string) => unwritten?.[name] ?? values?.[name] ?? '';
  const root = rootOf(request.url);
  const path = `library/${place.kind}/${place.id}`;
  const pieces = piecesOf(place, library);
  const fields = fieldsOf(place.kind).map((field) => ({
    ...field,
    key: field.path.at(-1),
    lang: field.path.length === 2 ? field.path[0] : null,
    id: field.name.replace('.', '-'),
    value: wordsIn(field.name),
    wrong: isLong(field.name) ? 'long' : blanks.includes(field.name) ? 'blank' : null,
    isProse: field.type === 'prose',
    isPicture: field.type === 'picture',
    rows: rowsFor(wordsIn(field.name)),
  }));
  const theirs = said.theirs ? (textOfBytes(said.theirs.data) ?? '') : '';
  return sendConsole(tools, request, reply, {
    name: 'library-edit',
    place: 'library',
    status: said.status ?? 200,
    data: {
      where: place,
      path,
      heading: titleOf(library, place, language),
      isNew: posted.basedOn === null,
      text: posted.text,
      // after a conflict, saving again means: over what the other one wrote, which is shown
      basedOn: (conflict ? said.theirs?.hash : posted.basedOn) ?? '',
      rows: Math.min(40, Math.max(16, posted.text.split('\n').length + 2)),
      asFields,
      canFields: values !== null && !conflict,
      unwritten: asFields
        ? null
        : fields.flatMap(({ name, key, lang }) =>
            unwritten?.[name] ? { key, lang, text: unwritten[name] } : [],
          ),
      blanks: blanks.length > 0 && {
        inFields: asFields,
        places: blanks.map((name) => {
          const [first = name, key] = name.split('.');
          return key ? { key, lang: first } : { key: first, lang: null };
        }),
      },
      languages: LANGUAGES.map((each) => ({
        language: each,
        fields: fields.filter(({ path: [first] }) => first === each),
      })).filter((each) => each.fields.length > 0),
      common: fields.filter(({ path: { length } }) => length === 1),
      pictures: pictures.map(({ id }) => id),
      switches: ['fields', 'text'].map((as) => ({
        link: `${root}${path}/edit?as=${as}`,
        word: `library.as.${as}`,
        chosen: (as === 'fields') === asFields,
      })),
      editing: !asFields,
      looks: place.kind === 'developments' || place.kind === 'offers' || pieces.length > 0,
      frame: `${root}${path}/${posted.basedOn !== null && said.status === undefined ? 'mail' : 'look'}`,
      problems: said.problems && withExcerpts(said.problems, place, posted.text),
      refused: true,
      trouble: said.trouble ?? null,
      conflict,
      who: edits[0]?.who ?? null,
      goneMeanwhile: said.theirs === null,
      theirs,
      diff: conflict ? diffLines(theirs, posted.text) : [],
    },
  });
}

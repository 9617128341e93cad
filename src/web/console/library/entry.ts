import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LANGUAGES } from '../../../domain/customer.ts';
import {
  DiskError,
  type DiskTrouble,
  type FileNow,
  mayWrite,
  readFileNow,
} from '../../../library/edit/disk.ts';
import { isPiece, type Place } from '../../../library/edit/place.ts';
import { textOfBytes } from '../../../library/edit/text.ts';
import { usedBy } from '../../../library/edit/used-by.ts';
import type { Library } from '../../../library/library.ts';
import { excerptOf } from '../../../render/template-error.ts';
import type { EditProblem } from '../../../studio/editing/check.ts';
import { editsOf } from '../../../studio/editing/history.ts';
import { mailOfPieces, samplePieces } from '../../../studio/piece.ts';
import { firstOf } from '../../bodies.ts';
import { rootOf } from '../../root.ts';
import { consoleLanguage, missing, sendConsole } from '../page.ts';
import { sendFrame, sendNothing } from '../studio/mail-frame.ts';
import { factsOf, genesOf, useOf } from './entry-facts.ts';
import { knownLibrary, type LibraryTools, mayEdit, placeIn, titleOf } from './tools.ts';

const PROBLEMS = 20;
const MESSAGE = 500;

const look = z.object({
  in: firstOf(z.enum(LANGUAGES)).optional().catch(undefined),
  done: firstOf(z.enum(['saved', 'same', 'made', 'restored']))
    .nullable()
    .catch(null)
    .default(null),
  refused: firstOf(z.enum(['changed', 'running', 'link', 'no_file', 'too_large', 'read_only']))
    .nullable()
    .catch(null)
    .default(null),
});

/** One entry: as people see it, where it is used, how well it works, and what it was before. */
export function entryRoutes(app: FastifyInstance, tools: LibraryTools): void {
  app.get('/library/:kind/:id', async (request, reply) => {
    const place = placeIn(request);
    return place ? sendEntry(tools, request, reply, place) : missing(tools, request, reply);
  });

  app.get('/library/:kind/:id/mail', async (request, reply) => {
    const place = placeIn(request);
    const language = look.parse(request.query).in ?? consoleLanguage(request);
    if (!place) return missing(tools, request, reply);
    try {
      const content = await tools.content.current();
      const contentIds = piecesOf(place, content.library);
      const mail = mailOfPieces(content, { contentIds, language, links: tools.links });
      if (!mail) return sendNothing(reply);
      const { publicUrl } = tools.config;
      return sendFrame(reply, mail.html, {
        scheme: 'light',
        images: 'on',
        publicUrl,
        root: rootOf(request.url),
      });
    } catch {
      // what is wrong is said on the page around the frame
      return sendNothing(reply);
    }
  });
}

/** What a mail has to hold to show this entry. */
export function piecesOf(place: Place, library: Library): string[] {
  if (place.kind === 'developments' || place.kind === 'offers') return [place.id];
  return place.kind === 'settings' || place.kind === 'mail' ? samplePieces(library) : [];
}

/** The page of an entry. @param more what was refused just now, e.g. problems in the way of removing it */
export async function sendEntry(
  tools: LibraryTools,
  request: FastifyRequest,
  reply: FastifyReply,
  place: Place,
  more: { status?: number; problems?: EditProblem[] } = {},
): Promise<FastifyReply> {
  const language = consoleLanguage(request);
  const dir = place.folder === 'library' ? tools.folders.libraryDir : tools.folders.templatesDir;
  const [found, edits, known, writable] = await Promise.all([
    readOrTrouble(dir, place),
    editsOf(tools.db, place),
    knownLibrary(tools),
    mayWrite(dir),
  ]);
  if (found === null && edits.length === 0) return missing(tools, request, reply);
  const asked = look.parse(request.query);
  const { library } = known;
  const file = typeof found === 'string' ? null : found;
  const use = await tools.use(library);
  const pieces = piecesOf(place, library);
  const written = LANGUAGES.filter((each) =>
    pieces.some((id) => (library.developments.get(id) ?? library.offers.get(id))?.[each]),
  );
  const shownIn = asked.in ?? (written.includes(language) ? language : (written[0] ?? language));
  const source = file && place.kind !== 'pictures' ? textOfBytes(file.data) : null;
  const problems = more.problems ?? known.problems.filter((each) => each.file === place.file);
  const path = `library/${place.kind}/${place.id}`;
  const here = rootOf(request.url) + path;
  return sendConsole(tools, request, reply, {
    name: 'library-entry',
    place: 'library',
    status: more.status ?? 200,
    data: {
      where: place,
      is: { [place.kind]: true },
      heading: titleOf(library, place, language),
      file,
      trouble: typeof found === 'string' ? found : null,
      source,
      path,
      kilobytes: (file?.data.length ?? 0) / 1000,
      writable,
      mayEdit: mayEdit(request, place.kind),
      asked,
      frames: written.map((each) => ({
        link: `${here}?in=${each}`,
        word: `library.in.${each}`,
        chosen: each === shownIn,
      })),
      shownIn,
      frame: file && `${here}/mail?in=${shownIn}&v=${file.hash.slice(0, 12)}-${library.version}`,
      facts: factsOf(place, library, language),
      genes: genesOf(place, library, shownIn),
      problems: withExcerpts(problems, place, source),
      refused: more.problems !== undefined,
      uses: usedBy(library, place).map((each) => ({ ...each, title: titleOf(library, each, language) })),
      ...(await useOf(tools, place, use)),
      removable: isPiece(place.kind) || place.kind === 'pictures',
      edits: edits.map((edit) => ({ ...edit, as: actOf(edit) })),
      // whoever edits with an editor leaves no trace here
      elsewhere: edits.length > 0 && (edits[0]?.afterHash ?? null) !== (file?.hash ?? null),
    },
  });
}

/** Problems with the lines that they are about, where those are lines of this text. */
export const withExcerpts = (problems: readonly EditProblem[], place: Place, source: string | null) =>
  problems.slice(0, PROBLEMS).map((problem) => ({
    ...problem,
    // it may name a word from the file, as long as that is
    message: problem.message.slice(0, MESSAGE),
    excerpt: problem.file === place.file && source ? excerptOf(source, problem.line) : null,
  }));

/** Null: there is no such file; a word: why it is not to be had. */
export async function readOrTrouble(dir: string, place: Place): Promise<FileNow | DiskTrouble | null> {
  try {
    return await readFileNow(dir, place.file);
  } catch (error) {
    if (error instanceof DiskError) return error.code;
    throw error;
  }
}

const actOf = ({ beforeHash, afterHash }: { beforeHash: string | null; afterHash: string | null }) =>
  beforeHash === null ? 'made' : afterHash === null ? 'removed' : 'changed';

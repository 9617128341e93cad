import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../../../domain/customer.ts';
import { mayAs } from '../../../domain/person.ts';
import { type Kind, neededFor, type Place, placeOf } from '../../../library/edit/place.ts';
import { productName } from '../../../library/grammar.ts';
import type { Library } from '../../../library/library.ts';
import { loadLibrary } from '../../../library/load.ts';
import { pieceTitle } from '../../../library/piece-title.ts';
import type { Problem } from '../../../library/problem.ts';
import type { ContentFolders } from '../../../render/load-content.ts';
import type { WebContext } from '../../context.ts';
import { sendConsole } from '../page.ts';
import type { Use } from './use.ts';

/** What the pages of this area share. */
export interface LibraryTools extends WebContext {
  folders: ContentFolders;
  use(library: Library): Promise<Use | null>;
}

const EXAMPLES = resolve(dirname(fileURLToPath(import.meta.url)), '../../../../templates');

/** These are the examples that come with Spielbein: an update would bring them back as they were. */
export const areExamples = ({ libraryDir }: ContentFolders): boolean =>
  resolve(libraryDir) === join(EXAMPLES, 'library');

/** The library as it is now, with all that the check says about it; also while it has errors. */
export async function knownLibrary(tools: LibraryTools): Promise<{ library: Library; problems: Problem[] }> {
  try {
    return await tools.content.library();
  } catch {
    return loadLibrary(tools.folders.libraryDir);
  }
}

/** What an entry is called where people look at it. */
export function titleOf(
  library: Library,
  { kind, id }: { kind: Kind; id: string },
  language: Language,
): string {
  const other: Language = language === 'de' ? 'en' : 'de';
  if (kind === 'developments' || kind === 'offers')
    return pieceTitle(
      library,
      { kind: kind === 'offers' ? 'experimental' : 'proven', contentId: id },
      language,
    );
  if (kind === 'products') return productName(library.products.get(id) ?? id, language);
  if (kind === 'questions') {
    const question = library.questions.get(id);
    return (question?.[language] ?? question?.[other])?.question ?? id;
  }
  return id;
}

/** The mail's templates that there are, as addresses name them. */
export async function mailFiles({ templatesDir }: ContentFolders): Promise<string[]> {
  const names = await Promise.all(
    ['mail', 'mail/partials'].map((folder) => readdir(join(templatesDir, folder)).catch(() => [])),
  );
  const [top = [], partials = []] = names;
  const own = ['newsletter.mjml', 'newsletter.txt', 'words.yaml'].filter((name) => top.includes(name));
  return [...own, ...partials.filter((name) => placeOf('mail', name) !== null && !own.includes(name)).sort()];
}

/** The pictures that there are, and how heavy they are. */
export async function pictureFiles({ libraryDir }: ContentFolders): Promise<{ id: string; bytes: number }[]> {
  const dir = join(libraryDir, 'pictures');
  const names = (await readdir(dir).catch(() => [])).filter((name) => placeOf('pictures', name) !== null);
  return Promise.all(
    names.sort().map(async (id) => {
      const found = await stat(join(dir, id)).catch(() => null);
      return { id, bytes: found?.size ?? 0 };
    }),
  );
}

/** The entry that an address means; null: there can be none. */
export function placeIn(request: FastifyRequest): Place | null {
  const { kind, id } = request.params as { kind: string; id: string };
  return placeOf(kind, id);
}

/** Whether this person may change such an entry. */
export const mayEdit = (request: FastifyRequest, kind: Kind): boolean =>
  mayAs(request.person.role, neededFor(kind));

/** Somebody who may not; as the guard refuses, for what depends on the kind of entry. */
export function refuseEdit(
  tools: LibraryTools,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  tools.log('console_refused', { reason: 'role' });
  return sendConsole(tools, request, reply, {
    name: 'refused',
    place: null,
    status: 403,
    data: { access: 'role' },
  });
}

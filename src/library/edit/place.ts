/**
 * What can be edited in the browser, and where it stands. A whitelist: whatever an address asks for, nothing else than
 * one of these files is ever read or written.
 */
export const KINDS = [
  'developments',
  'offers',
  'products',
  'questions',
  'pictures',
  'settings',
  'mail',
] as const;
export type Kind = (typeof KINDS)[number];

/** One file that may be edited. */
export interface Place {
  kind: Kind;
  /** As addresses name it: the file's name without `.yaml`; `settings`; of pictures and mail templates with its ending. */
  id: string;
  folder: 'library' | 'templates';
  /** Within the folder, with forward slashes. */
  file: string;
}

/** As names of content, so that addresses, files and the ledger agree. A longer name helps nobody. */
const NAME = /^[a-z0-9][a-z0-9-]{0,99}$/;
const PICTURE = /^[a-z0-9][a-z0-9-]{0,99}\.(png|jpg)$/;
const PARTIAL = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.mjml$/;
const MAIL_FILES = ['newsletter.mjml', 'newsletter.txt', 'words.yaml'];

/** The file that an address means; null: there can be no such file. Pure. */
export function placeOf(kind: string, id: string): Place | null {
  switch (kind) {
    case 'developments':
    case 'offers':
    case 'products':
    case 'questions':
      return NAME.test(id) ? { kind, id, folder: 'library', file: `${kind}/${id}.yaml` } : null;
    case 'pictures':
      return PICTURE.test(id) ? { kind, id, folder: 'library', file: `pictures/${id}` } : null;
    case 'settings':
      return id === 'settings' ? { kind, id, folder: 'library', file: 'settings.yaml' } : null;
    case 'mail':
      if (MAIL_FILES.includes(id)) return { kind, id, folder: 'templates', file: `mail/${id}` };
      return PARTIAL.test(id) ? { kind, id, folder: 'templates', file: `mail/partials/${id}` } : null;
    default:
      return null;
  }
}

/** The place of a file that the library check names; null: not one to edit here. Pure. */
export function placeOfFile(file: string): Place | null {
  if (file === 'settings.yaml') return placeOf('settings', 'settings');
  const [kind = '', name = '', ...more] = file.split('/');
  if (more.length > 0 || kind === 'mail') return null;
  return placeOf(kind, kind === 'pictures' ? name : name.replace(/\.yaml$/, ''));
}

/** Whether a kind is text that people write, one file an entry, of which there can be any number. */
export const isPiece = (kind: Kind): kind is 'developments' | 'offers' | 'products' | 'questions' =>
  kind === 'developments' || kind === 'offers' || kind === 'products' || kind === 'questions';

/**
 * Settings decide who has to agree before a campaign starts, and templates what every mail holds: those are an admin's.
 */
export const neededFor = (kind: Kind): 'marketer' | 'admin' =>
  kind === 'settings' || kind === 'mail' ? 'admin' : 'marketer';

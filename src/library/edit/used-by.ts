import type { Library } from '../library.ts';
import type { Kind } from './place.ts';

/** An entry of the library that names another. */
export interface Mention {
  kind: Kind;
  id: string;
}

/** Everything that names a product, a picture, a development or an offer, in the order of files. Pure. */
export function usedBy(library: Library, { kind, id }: Mention): Mention[] {
  const found: Mention[] = [];
  const note = (where: Kind, name: string, mentions: boolean | undefined) => {
    if (mentions) found.push({ kind: where, id: name });
  };
  const { company } = library.settings;
  if (kind === 'pictures') note('settings', 'settings', company.logo === id);
  for (const each of library.developments.values()) {
    note('developments', each.id, kind === 'pictures' && each.picture === id);
    note('developments', each.id, kind === 'products' && names(id, each.products, each.sells));
  }
  for (const each of library.offers.values()) {
    const pictures = Object.values(each.genes.picture).map(({ file }) => file);
    note('offers', each.id, kind === 'pictures' && (each.picture === id || pictures.includes(id)));
    const products = each.bridges.map(({ product }) => product);
    note('offers', each.id, kind === 'products' && names(id, [each.product], products, each.sells));
  }
  for (const { id: name, when } of library.questions.values()) {
    note('questions', name, kind === 'products' && names(id, when.products, when.lacks));
    const isPiece = kind === 'developments' || kind === 'offers';
    note('questions', name, isPiece && names(id, when.contents));
  }
  return found;
}

const names = (id: string, ...lists: (readonly (string | undefined)[] | undefined)[]): boolean =>
  lists.some((list) => list?.includes(id));

import type { ProblemCode } from './problem.ts';
import type { Report } from './report.ts';
import { didYouMean } from './suggest.ts';
import type { Path } from './yaml-file.ts';

/** Checks that something named elsewhere exists. */
export type NameCheck = (name: string | undefined, path: Path, report: Report) => void;
export type Names = Record<'product' | 'family' | 'picture' | 'content', NameCheck>;

/** What files may name; `null` where that is not known, because a file that would say so is broken. */
export type KnownNames = Record<keyof Names, readonly string[] | null>;

const ABSENT: Record<keyof Names, [code: ProblemCode, message: (name: string) => string]> = {
  product: ['unknown_product', (name) => `there is no products/${name}.yaml`],
  family: ['unknown_family', (name) => `no product is of the family "${name}"`],
  picture: ['unknown_picture', (name) => `there is no pictures/${name}`],
  content: ['unknown_content', (name) => `no development and no offer is called "${name}"`],
};

/** One check for each kind of name; each says what may have been meant. */
export function namesOf(known: KnownNames): Names {
  const check = (kind: keyof Names): NameCheck => {
    const [code, message] = ABSENT[kind];
    const there = known[kind];
    return (name, path, report) => {
      if (name === undefined || there === null || there.includes(name)) return;
      report({ path, code, message: message(name), hint: didYouMean(name, there) });
    };
  };
  return {
    product: check('product'),
    family: check('family'),
    picture: check('picture'),
    content: check('content'),
  };
}

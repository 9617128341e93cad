import type { Element } from './document.ts';
import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

const FILE_NAME =
  /^\S+\.(?:png|jpe?g|gif|webp|svg|bmp|avif)$|^(?:img|image|bild|dsc|pic|foto|photo)[\s_-]*\d*$/i;

/** Texts in place of pictures: WCAG 2.2, 1.1.1 and 2.4.4. An empty one is right for mere decoration. */
export function checkAltTexts({ elements, links, at }: OpenedMail): Finding[] {
  const linked = new Map<Element, string>();
  for (const { element, label } of links) for (const image of imagesIn(element)) linked.set(image, label);
  return elements
    .filter(({ name }) => name === 'img')
    .flatMap((image): Finding[] => {
      const { alt, src = '' } = image.attribs;
      const where = at(image, src);
      if (alt === undefined) return [{ code: 'alt_missing', severity: 'error', where, values: {} }];
      if (FILE_NAME.test(alt.trim()))
        return [{ code: 'alt_file_name', severity: 'warning', where, values: { alt: alt.trim() } }];
      if (linked.get(image) === '') return [{ code: 'alt_empty_link', severity: 'error', where, values: {} }];
      return [];
    });
}

const imagesIn = (element: Element): Element[] =>
  (element.children as Element[]).flatMap((child) =>
    child.name === 'img' ? [child] : child.children ? imagesIn(child) : [],
  );

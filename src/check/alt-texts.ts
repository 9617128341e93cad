import type { Element } from './document.ts';
import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';

const FILE_NAME =
  /^\S+\.(?:png|jpe?g|gif|webp|svg|bmp|avif)$|^(?:img|image|bild|dsc|pic|foto|photo)[\s_-]*\d*$/i;

/** Texts in place of pictures: WCAG 2.2, 1.1.1 and 2.4.4. An empty one is right for mere decoration. */
export function checkAltTexts({ elements, links, at }: OpenedMail): Finding[] {
  const labels = new Map(links.map(({ element, label }) => [element, label]));
  const linkAround = (element: Element): Element | undefined => {
    for (let around = element.parent; around; around = around.parent)
      if (labels.has(around as Element)) return around as Element;
    return undefined;
  };
  return elements
    .filter(({ name }) => name === 'img')
    .flatMap((image): Finding[] => {
      const { alt, src = '' } = image.attribs;
      const where = at(image, src);
      if (alt === undefined) return [{ code: 'alt_missing', severity: 'error', where, values: {} }];
      if (FILE_NAME.test(alt.trim()))
        return [{ code: 'alt_file_name', severity: 'warning', where, values: { alt: alt.trim() } }];
      const link = alt.trim() === '' ? linkAround(image) : undefined;
      if (link && labels.get(link) === '')
        return [{ code: 'alt_empty_link', severity: 'error', where, values: {} }];
      return [];
    });
}

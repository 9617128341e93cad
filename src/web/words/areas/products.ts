/** Products and segments: German, and the same in English. */
export const productsDe = {
  'nav.products': 'Produkte',
};

export const productsEn: Record<keyof typeof productsDe, string> = {
  'nav.products': 'Products',
};

import type { Composition } from '../domain/composition.ts';
import type { Customer, Language } from '../domain/customer.ts';
import type { Library } from '../library/library.ts';
import type { Links } from '../links/links.ts';
import type { Content } from '../render/content.ts';
import type { RenderedMail } from '../render/renderer.ts';
import { blockAlone } from './preview.ts';

/** Somebody who does not exist: for looking at texts, whoever gets them. */
const READER: Omit<Customer, 'language'> = {
  id: 'reader',
  email: null,
  salutation: 'frau',
  title: null,
  firstName: 'Erika',
  lastName: 'Beispiel',
  companyName: null,
  companyId: null,
  country: 'DE',
  ownerName: null,
  ownerEmail: null,
  consent: 'consent',
  optedOut: false,
  bounced: false,
  contactRatio: null,
  companyRatio: null,
};

/**
 * A mail of these developments and offers alone, by the templates that sending uses. Its links lead to pages that record
 * nothing.
 * @param given.variantId form of the offers; as they were written unless told otherwise
 * @param given.language what is not written in it is left out
 * @returns null when nothing is left
 * @throws TemplateError
 */
export function mailOfPieces(
  content: Content,
  given: { contentIds: readonly string[]; variantId?: string; language: Language; links: Links },
): RenderedMail | null {
  const { language, links } = given;
  const blocks = given.contentIds.flatMap((id) => {
    const piece = content.library.developments.get(id) ?? content.library.offers.get(id);
    const block = piece?.[language] ? blockAlone(content.library, [], id) : null;
    return block ? [{ ...block, variantId: given.variantId ?? block.variantId }] : [];
  });
  if (blocks.length === 0) return null;
  const account = { wanted: 0, given: 0, forgiven: 0 };
  const composition: Composition = {
    blocks,
    left: [],
    language,
    ratio: { value: 0, source: 'default' },
    experimentsDue: 0,
    account: { before: account, after: account },
    seed: 'preview',
  };
  const customer = { ...READER, language };
  return content.renderer.render({
    sendId: 0,
    campaignId: 'preview',
    customer,
    composition,
    owned: [],
    links,
  });
}

/** One development and one offer: enough to see what settings and templates do. */
export function samplePieces(library: Library): string[] {
  return [library.developments, library.offers].flatMap((pieces) => [...pieces.keys()].slice(0, 1));
}

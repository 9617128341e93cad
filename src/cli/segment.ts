import type { SkipReason } from '../domain/composition.ts';
import { reasonSentence } from '../domain/reasons.ts';
import { listSegments, showSegment } from '../segment/segments.ts';
import { UsageError } from './exit.ts';
import { bold, count, plain, table } from './output.ts';
import { type Common, print, withApp } from './session.ts';

export async function listCommand(options: Common & { families?: boolean }): Promise<void> {
  await withApp(async (app) => {
    const { matchProduct } = await app.content.library();
    const rows = await listSegments(app.db, matchProduct, options.families ? 'family' : 'product');
    print(options, rows, () =>
      rows.length === 0
        ? 'No products yet. `spielbein sync` reads them from the CRM.'
        : table(
            rows.map((r) => [r.key, plain(r.name, 40), r.family ?? '', r.owners, r.writable]),
            ['key', 'name', 'family', 'owners', 'can be written to'],
          ),
    );
  });
}

export async function showCommand(product: string, options: Common): Promise<void> {
  await withApp(async (app) => {
    const { matchProduct } = await app.content.library();
    const segment = await showSegment(app.db, matchProduct, product);
    if (!segment) {
      throw new UsageError(
        `There is no product or family "${product}". \`spielbein segment list\` shows all.`,
      );
    }
    print(options, segment, () =>
      [
        bold(`Owners of ${plain(segment.name)}`),
        `${count(segment.owners)} customers, ${count(segment.writable)} can be written to.`,
        ...Object.entries(segment.barred).map(
          ([reason, n]) =>
            `  ${count(n).padStart(7)}  ${reason}: ${reasonSentence(reason as SkipReason, 'en')}`,
        ),
        '',
        segment.overlap.length === 0
          ? 'They own nothing else.'
          : table(
              segment.overlap.map((o) => [o.key, plain(o.name, 40), o.owners]),
              ['they also own', 'name', 'owners'],
            ),
      ].join('\n'),
    );
  });
}

import type { Database } from '../../db/connect.ts';
import type { Library } from '../../library/library.ts';
import { evidenceOf } from './evidence-json.ts';
import { TIRED, tiredEValue } from './fatigue.ts';
import { type Proven, RECENT } from './proven.ts';
import { putForward } from './put-forward.ts';

/**
 * Puts forward the development that shows most clearly that hardly anybody answers it any more, unless one waits for a
 * decision already: a list of what does not work helps nobody.
 * @returns its id
 */
export async function noteTired(
  db: Database,
  { library, proven, now }: { library: Library; proven: Proven; now: Date },
): Promise<string | null> {
  const quiet = await db
    .selectFrom('proposals')
    .select(['content_id', 'decided_at'])
    .where('kind', '=', 'rewrite')
    .where((where) =>
      where.or([
        where('decided_at', 'is', null),
        where('decided_at', '>', new Date(now.getTime() - RECENT * 86_400_000)),
      ]),
    )
    .execute();
  if (quiet.some((row) => row.decided_at === null)) return null;
  const today = now.toISOString().slice(0, 10);
  const found = [...proven.developments]
    .filter(([id]) => {
      const development = library.developments.get(id);
      return (
        development && (development.until ?? today) >= today && !quiet.some((row) => row.content_id === id)
      );
    })
    .map(([id, told]) => ({ id, told, value: tiredEValue(told) }))
    .sort((a, b) => b.value - a.value)[0];
  if (!found || found.value < TIRED) return null;
  const { blocks, earned, expected } = found.told;
  const evidence = evidenceOf({ blocks, earned, expected, days: RECENT, eValue: found.value, needed: TIRED });
  await putForward(db, { kind: 'rewrite', contentId: found.id, variantId: 'base', evidence, now });
  return found.id;
}

type Values = Record<string, string | null>;
interface Merging {
  id: number;
  properties: Values;
}

/**
 * What the record that lives on after a merge shows: the winner's values, those of the other where it has none, all
 * ids that have gone into it (the winner's, too, if a new record is made), and (contacts) all addresses. `moved`
 * counts the values that came from the other.
 */
export function mergedProperties(
  winner: Merging,
  loser: Merging,
  makesNew: boolean,
): { kept: Values; moved: number } {
  const filled = Object.entries(loser.properties).filter(
    ([name, value]) => value !== null && (winner.properties[name] ?? null) === null && !OWN.test(name),
  );
  const kept: Values = {
    ...Object.fromEntries(filled),
    hs_merged_object_ids: together(
      winner.properties.hs_merged_object_ids,
      loser.properties.hs_merged_object_ids,
      makesNew ? String(winner.id) : null,
      String(loser.id),
    ),
  };
  const main = winner.properties.email ?? loser.properties.email;
  const others = together(
    winner.properties.hs_additional_emails,
    loser.properties.hs_additional_emails,
    loser.properties.email,
  );
  const additional = others?.split(';').filter((each) => each.toLowerCase() !== main?.toLowerCase());
  if (additional && additional.length > 0) kept.hs_additional_emails = additional.join(';');
  return { kept, moved: filled.length };
}

/** When a record made of two was created: when the older one was. */
export const older = (a: { createdAt: number }, b: { createdAt: number }): number =>
  Math.min(a.createdAt, b.createdAt);

/** What every record has of its own. */
const OWN =
  /^(hs_object_id|hs_merged_object_ids|hs_additional_emails|createdate|hs_createdate|(hs_)?lastmodifieddate)$/;

/** Values in HubSpot's notation for several, each once. */
function together(...parts: (string | null | undefined)[]): string | null {
  const all = new Set(parts.flatMap((part) => part?.split(';') ?? []).filter(Boolean));
  return all.size > 0 ? [...all].join(';') : null;
}

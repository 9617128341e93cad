/**
 * The beginning of a text, with "…" where something is left out. It is cut between code points: half an emoji is no
 * text, and neither databases nor CRMs store it.
 * @param most code points of the result, at most
 */
export function cut(text: string, most: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= most) return whole;
  const points = Array.from(whole);
  return points.length <= most ? whole : `${points.slice(0, most - 1).join('')}…`;
}

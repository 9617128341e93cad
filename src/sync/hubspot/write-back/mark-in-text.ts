/**
 * Whether a text in HubSpot carries a mark. Its editor may have changed how that is written: other spaces, other tags, a
 * tag in the middle. The part with the letters is enough ("17-0f3a9c2e" of "Spielbein 17-0f3a9c2e"): nobody guesses it.
 */
export function carries(html: string, mark: string): boolean {
  const token = mark.split(' ').at(-1) ?? mark;
  const text = html.replace(/<[^>]*>|&shy;|[\u00ad\u200b-\u200d\u2060\ufeff]/g, '');
  // the end of a longer number is another mark
  return text.split(token).some((before, n, parts) => n < parts.length - 1 && !/\d$/.test(before));
}

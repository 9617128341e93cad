/** The way from a page up to the top, e.g. "../" on /u/abc: pages then work behind any path of a proxy. */
export function rootOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '/';
  return '../'.repeat(Math.max(0, path.split('/').length - 2)) || './';
}

import type { Page } from 'playwright-core';

/** What a page does in a browser; the project has no DOM types. */
const STOPS = `(() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[inert], iframe');
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, iframe')];
  globalThis.stops = all.filter((element) => shown(element) && !element.disabled && element.type !== 'hidden');
  // of the radio buttons of a group one is a stop; arrow keys go on from there
  const groups = new Set();
  globalThis.stops = globalThis.stops.filter((element) => {
    if (element.type !== 'radio') return true;
    const group = element.name + (element.form ? [...document.forms].indexOf(element.form) : '');
    return !groups.has(group) && groups.add(group);
  });
  globalThis.visited = new Set();
  document.activeElement?.blur();
  return globalThis.stops.length;
})()`;

const NOTE = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return '';
  const of = (pseudo) => getComputedStyle(element, pseudo);
  // of a date the part that is written shows the focus
  const seen = element.matches('iframe, [type^="date"], [type="time"]') || of().outlineStyle !== 'none' || of().boxShadow !== 'none';
  const group = element.type === 'radio' ? globalThis.stops.find((each) => each.name === element.name && each.form === element.form) : element;
  globalThis.visited.add(group);
  return seen ? 'seen' : element.outerHTML.slice(0, 120);
})()`;

const MISSED = `globalThis.stops.filter((element) => element.isConnected && !globalThis.visited.has(element))
  .map((element) => element.outerHTML.slice(0, 120))`;

/** What Tab does not reach on this page, and what does not show that it has the focus. */
export async function keyboardProblems(page: Page): Promise<string[]> {
  const count = (await page.evaluate(STOPS)) as number;
  const problems: string[] = [];
  const missed = async () => (await page.evaluate(MISSED)) as string[];
  let rounds = 0;
  for (let pressed = 0; pressed < count * 3 + 200; pressed += 1) {
    await page.keyboard.press('Tab');
    const noted = (await page.evaluate(NOTE)) as string;
    if (noted === '' && pressed > 0) {
      // a frame that is loaded late, when it comes into sight, drops the focus: a second round goes past it
      rounds += 1;
      if (rounds > 1 || (await missed()).length === 0) break;
    }
    if (noted !== 'seen' && noted !== '') problems.push(`no focus to be seen: ${noted}`);
  }
  return [...problems, ...(await missed()).map((html) => `not reached by Tab: ${html}`)];
}

import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** A window: how wide, and which colours its owner likes. */
export interface Window {
  width: number;
  colorScheme: 'light' | 'dark';
}

const WINDOWS: readonly Window[] = [
  { width: 320, colorScheme: 'light' },
  { width: 1280, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'dark' },
];

/**
 * What is wrong with the page as it is for people who see, hear or move less, one line each: serious and critical findings
 * of axe-core, and what does not fit the width, on a small phone and on a desktop, light and dark. Scripts must be allowed
 * in the page's context; whether the page has any makes no difference.
 */
export async function accessibilityProblems(page: Page, windows = WINDOWS): Promise<string[]> {
  await page.evaluate(axe.source);
  const problems: string[] = [];
  for (const { width, colorScheme } of windows) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    const found: string[] = await page.evaluate(FIND);
    problems.push(...found.map((problem) => `${width} px, ${colorScheme}: ${problem}`));
  }
  return problems;
}

const FIND = `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => [
  ...violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))),
  ...(document.documentElement.scrollWidth > innerWidth ? ['scrolls sideways'] : []),
])`;

/** Whether everything fits the window's width. */
export const fitsWidth = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth <= innerWidth');

import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * What is wrong with the page as it is for people who see, hear or move less, one line each: serious and critical findings
 * of axe-core, and what does not fit the width, on a small phone and on a desktop, light and dark. Scripts must be allowed
 * in the page's context; whether the page has any makes no difference.
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const problems: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const found: string[] = await page.evaluate(FIND);
      problems.push(...found.map((problem) => `${width} px, ${colorScheme}: ${problem}`));
    }
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

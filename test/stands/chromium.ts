import { type Browser, chromium } from 'playwright-core';
import { inject } from 'vitest';

/** Whether this machine has a Chromium: `describe.skipIf(!chromiumAvailable())`. */
export function chromiumAvailable(): boolean {
  return inject('chromium') !== null;
}

/** A real browser, without a sandbox of its own (tests may run as root), talking to nobody but the page's server. */
export function launchChromium(): Promise<Browser> {
  const executablePath = inject('chromium');
  if (!executablePath) throw new Error('There is no Chromium: guard this test with chromiumAvailable().');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Linux distributions put it. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executablePath = places.find((place) => existsSync(place));

/** Why no browser can be tried here; empty: one can. */
export const whyNoBrowser = executablePath === undefined ? 'there is no chromium' : '';

/** Starts it. */
export function openBrowser(): Promise<Browser> {
  // Its sandbox does not let root in, as whom CI runs.
  return chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
}

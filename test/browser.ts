/** A headless browser of the machine, for what only a browser can tell. Tests skip, saying so, where there is none. */

import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

export const browserPath = (process.env.PATH ?? '')
  .split(path.delimiter)
  .flatMap((folder) => names.map((name) => path.join(folder, name)))
  .find((file) => existsSync(file));

export const noBrowser = `no browser on PATH (${names.join(', ')})`;

/** A page without network. WebGL is drawn by the processor. */
export async function inBrowser<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({
    executablePath: browserPath as string,
    args: ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader'],
  });
  try {
    const page = await (await browser.newContext({ offline: true })).newPage();
    return await work(page);
  } finally {
    await browser.close();
  }
}

/** What Mermaid itself says of each text: undefined when it parses. */
export async function parseMermaid(texts: readonly string[]): Promise<readonly (string | undefined)[]> {
  const bundle = fileURLToPath(import.meta.resolve('mermaid/dist/mermaid.min.js'));
  return inBrowser(async (page) => {
    await page.setContent('<!doctype html><title>mermaid</title>');
    await page.addScriptTag({ path: bundle });
    return page.evaluate(async (all) => {
      const { mermaid } = globalThis as unknown as {
        mermaid: { render(id: string, text: string): Promise<unknown> };
      };
      const said: (string | undefined)[] = [];
      for (const [at, text] of all.entries()) {
        said.push(
          await mermaid.render(`m${at}`, text).then(
            () => undefined,
            (error: unknown) => String(error),
          ),
        );
      }
      return said;
    }, texts);
  });
}

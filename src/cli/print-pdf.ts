/** Prints HTML as PDF through a browser of this machine, without a window and without network. */

import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '../model/index.js';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
] as const;

/** Where installers put them without telling PATH. */
const places: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

const PATIENCE_MS = 120_000;

/** @throws UserError no-browser, browser-failed */
export async function findBrowser(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const ending = process.platform === 'win32' ? '.exe' : '';
  const onPath = (env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => path.join(folder, `${name}${ending}`)));
  for (const file of [...onPath, ...(places[process.platform] ?? [])]) {
    if (await isRunnable(file)) return file;
  }
  throw new UserError(
    'no-browser',
    'a PDF is printed by a browser, and none was found',
    `Put one of ${names.slice(0, 5).join(', ')} on PATH, or give --html and print that page.`,
  );
}

async function isRunnable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** @throws UserError browser-failed */
export async function printPdf(browser: string, html: string): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'shardwright-pdf-'));
  const [page, pdf] = [path.join(folder, 'page.html'), path.join(folder, 'page.pdf')];
  try {
    await writeFile(page, html);
    // A browser that root starts refuses to run in its sandbox; the page is our own and reaches nothing.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const args = [
      '--headless',
      '--disable-gpu',
      ...asRoot,
      `--user-data-dir=${path.join(folder, 'profile')}`,
      '--no-first-run',
      '--no-pdf-header-footer',
      `--print-to-pdf=${pdf}`,
      pathToFileURL(page).href,
    ];
    await promisify(execFile)(browser, args, { timeout: PATIENCE_MS });
    return await readFile(pdf);
  } catch (error) {
    const { code, killed } = error as { readonly code?: unknown; readonly killed?: boolean };
    const why = killed === true ? 'it did not come to an end' : `it ended with ${String(code ?? 'an error')}`;
    throw new UserError(
      'browser-failed',
      `${browser} printed no PDF: ${why}`,
      'Give --html and print that page by hand.',
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

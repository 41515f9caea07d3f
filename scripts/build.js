// Builds dist/ from src/ with tsc, and the script and style of report.html with esbuild, quietly. Takes no arguments; exits
// 0 when built or nothing to build, 1 on errors.
// npm runs it as "prepare" after `npm ci` and again when npx first links the package; a prepare that fails there
// leaves npx's cache broken for good. So as "prepare" it never fails, does nothing when dist/ is up to date, and
// leaves it to bin/ to say that the build is missing and to `npm test` to judge the types.
// tsc writes beside dist/ and the folders are swapped at the end: whoever runs the tool during a build
// sees either the old files or the new ones, and files of deleted sources never linger.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (name) => path.join(root, name);
const dist = inRoot('dist');
const fresh = inRoot(`.dist-new-${process.pid}`);
const stale = inRoot(`.dist-old-${process.pid}`);
const asPrepare = process.env.npm_lifecycle_event === 'prepare';

/** The latest change under a path; a folder's own time counts too, since deleting a file changes it. */
function lastChangeMs(file) {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => lastChangeMs(path.join(file, name))));
}

function isUpToDate() {
  const sources = ['src', 'scripts', 'tsconfig.json', 'package.json'].map(inRoot);
  return existsSync(dist) && statSync(dist).mtimeMs > Math.max(...sources.map(lastChangeMs));
}

function findTsc() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch {
    return undefined;
  }
}

function swapIn() {
  if (existsSync(dist)) renameSync(dist, stale);
  renameSync(fresh, dist);
}

/** esbuild is loaded when it is needed: an installed package has none. */
async function writePage() {
  const { bundlePage } = await import('./page-bundle.js');
  const { script, style } = bundlePage();
  mkdirSync(path.join(fresh, 'page'), { recursive: true });
  writeFileSync(path.join(fresh, 'page', 'page.js'), script);
  writeFileSync(path.join(fresh, 'page', 'style.css'), style);
  return true;
}

/** Why it failed stands on stderr already, said by esbuild. */
async function isPageBuilt() {
  try {
    return await writePage();
  } catch (error) {
    if (error.errors === undefined) throw error;
    return false;
  }
}

async function compile(tsc) {
  const startedAt = Date.now() / 1000;
  try {
    const run = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json', '--outDir', fresh], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const built = run.status === 0 && (await isPageBuilt());
    if (existsSync(fresh)) {
      // Dated by the start, so that a source changed meanwhile is newer; a build with errors is never up to date.
      utimesSync(fresh, startedAt, built ? startedAt : 0);
      swapIn();
    }
    return built;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(stale, { recursive: true, force: true });
  }
}

async function build() {
  // An installed package has dist/ but neither src/ nor a compiler.
  if (!existsSync(inRoot('src')) || !existsSync(inRoot('tsconfig.json'))) return true;
  if (asPrepare && isUpToDate()) return true;
  const tsc = findTsc();
  if (tsc !== undefined) return compile(tsc);
  process.stderr.write('build: typescript is not installed; run "npm ci" first.\n');
  return false;
}

process.exitCode = (await build()) || asPrepare ? 0 : 1;

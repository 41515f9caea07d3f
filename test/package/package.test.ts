/** What is published: complete, typed for its users, and at work without any development dependency. */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
const inRoot = (name: string) => path.join(root, name);
const run = (command: string, args: readonly string[], cwd: string) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dev?: true; readonly devOptional?: true }>>;
}

/** Folders below node_modules that `npm install shardwright` would bring along. */
function productionPackages(): readonly string[] {
  const { packages } = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')) as LockFile;
  return Object.entries(packages)
    .filter(([at, entry]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(at) && !entry.dev && !entry.devOptional)
    .map(([at]) => at);
}

const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { readonly version: string };
const packed = `shardwright-${version}.tgz`;
const binary = 'node_modules/shardwright/bin/shardwright.js';
let home = '';
const shardwright = (...args: readonly string[]) =>
  run('node', ['--preserve-symlinks', binary, ...args], home);

/** An empty folder with the packed tool in it, and beside it what its package.json asks for, and no more. */
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'shardwright-packed-'));
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', home], root);
  const modules = path.join(home, 'node_modules');
  mkdirSync(path.join(modules, 'shardwright'), { recursive: true });
  run('tar', ['-xzf', packed, '-C', path.join(modules, 'shardwright'), '--strip-components=1'], home);
  for (const at of productionPackages()) {
    mkdirSync(path.dirname(path.join(home, at)), { recursive: true });
    symlinkSync(inRoot(at), path.join(home, at));
  }
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the package', () => {
  it('is laid out as npm and bundlers expect', async () => {
    const { messages } = await publint({ pkgDir: root, pack: false });
    expect(messages).toEqual([]);
  });

  it('holds nothing that its users cannot use', () => {
    const files = run('tar', ['-tzf', packed], home).trim().split('\n');
    // Maps lead to sources that are not in it.
    expect(files.filter((file) => /\.map$|\/(src|test|fixtures)\//.test(file))).toEqual([]);
  });

  it('has types that resolve as its code does', () => {
    const attw = path.join(
      path.dirname(require.resolve('@arethetypeswrong/cli/package.json')),
      'dist/index.js',
    );
    expect(run('node', [attw, packed, '--profile', 'esm-only'], home)).toContain('🟢 (ESM)');
  });

  // Ten commands, one after the other, each a process of its own.
  it('does everything without development dependencies', () => {
    cpSync(inRoot('fixtures/marketplace'), path.join(home, 'export'), { recursive: true });
    const plan = ['--plan', 'plan/shardplan.json'];
    expect(shardwright('analyze', 'export', '--out', 'plan')).toContain('SCORE');
    expect(readFileSync(path.join(home, 'plan/report.html'), 'utf8')).toContain('<script');
    expect(shardwright('verify-plan', 'export', ...plan)).toContain('ok proof');
    expect(shardwright('check', 'export', ...plan)).toContain('The check passed.');
    expect(shardwright('doc', 'export', ...plan, '--html')).toContain('<h2');
    expect(shardwright('graph', 'export', '--format', 'svg')).toContain('<svg');
    expect(shardwright('graph', 'export', '--format', 'gexf')).toContain('<gexf');
    expect(shardwright('explain', 'insert-without-key')).toContain('insert-without-key');
    expect(shardwright('doctor', 'export')).toContain('ok');
    expect(shardwright('completion', 'bash')).toContain('shardwright');
    shardwright('init', '--yes');
  });

  it('gets as far as the server when it captures', () => {
    const outcome = spawnSync(
      'node',
      [
        '--preserve-symlinks',
        binary,
        'capture',
        '--out',
        'captured',
        '--dsn',
        'postgresql://a:sesame@127.0.0.1:1/b',
      ],
      { cwd: home, encoding: 'utf8' },
    );
    expect([outcome.status, outcome.stderr]).toEqual([2, expect.stringContaining('cannot be reached')]);
    expect(outcome.stderr).not.toContain('sesame');
  });

  it('is a library that is entered by its name', () => {
    const script = "import('shardwright').then((face) => console.log(typeof face.analyzeExports))";
    expect(run('node', ['--preserve-symlinks', '-e', script], home).trim()).toBe('function');
  });
});

it('the library is used as its page says', () => {
  const page = readFileSync(inRoot('docs/library.md'), 'utf8');
  const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');
  expect(examples.length).toBeGreaterThan(1);
  cpSync(inRoot('reports/marketplace/shardplan.json'), path.join(home, 'shardplan.json'));
  for (const [at, code] of examples.entries()) {
    const file = path.join(home, `example-${at}.mjs`);
    writeFileSync(file, code);
    expect(run('node', ['--preserve-symlinks', file], home)).toMatch(/optimal|single-shard/);
  }
});

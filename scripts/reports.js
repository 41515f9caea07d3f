// Makes the committed sample outputs in reports/ again, with the built tool. A test holds them to be up to date.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = 'reports/marketplace';
const exports = 'fixtures/marketplace';
const plan = `${target}/shardplan.json`;

/** Runs from the project's root, so that paths in the samples are relative to it. 1 is a check that found something. */
function shardwright(...args) {
  const run = spawnSync(process.execPath, ['bin/shardwright.js', ...args, '--quiet'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '80' },
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0 && !(run.status === 1 && args[0] === 'check')) throw new Error(run.stderr);
  return run.stdout;
}

mkdirSync(path.join(root, target, 'pull-request'), { recursive: true });

const out = mkdtempSync(path.join(tmpdir(), 'shardwright-reports-'));
try {
  const text = shardwright('analyze', exports, '--out', out);
  writeFileSync(path.join(root, target, 'analysis.txt'), text);
  for (const file of ['shardplan.json', 'certificate.json', 'report.html'])
    copyFileSync(path.join(out, file), path.join(root, target, file));
} finally {
  rmSync(out, { recursive: true });
}
shardwright('check', exports, '--plan', plan, '--update-baseline');
shardwright('graph', exports, '--format', 'mermaid', '--out', `${target}/graph.mmd`);
shardwright('graph', exports, '--format', 'svg', '--out', `${target}/graph.svg`);
shardwright('doc', exports, '--plan', plan, '--out', `${target}/design.md`);
shardwright('doc', exports, '--plan', plan, '--out', `${target}/memo.md`, '--memo');
shardwright('doc', exports, '--plan', plan, '--out', `${target}/triage.md`, '--triage');
shardwright(
  ...['check', 'fixtures/pull-request', '--schema', `${exports}/schema.sql`, '--plan', plan, '--new-only'],
  ...['--out', `${target}/pull-request/check.txt`],
  ...['--sarif-out', `${target}/pull-request/check.sarif`],
  ...['--markdown-out', `${target}/pull-request/comment.md`],
);

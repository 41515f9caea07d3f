// Makes the committed sample outputs in reports/ again, with the built tool. A test holds them to be up to date.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'reports', 'marketplace');
const out = mkdtempSync(join(tmpdir(), 'shardwright-reports-'));

try {
  const args = ['bin/shardwright.js', 'analyze', 'fixtures/marketplace', '--out', out, '--quiet'];
  const text = execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '80' },
  });
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'analysis.txt'), text);
  for (const file of ['shardplan.json', 'certificate.json', 'report.html'])
    copyFileSync(join(out, file), join(target, file));
  const check = ['check', 'fixtures/marketplace', '--plan', 'reports/marketplace/shardplan.json'];
  execFileSync(process.execPath, ['bin/shardwright.js', ...check, '--update-baseline', '--quiet'], {
    cwd: root,
  });
  for (const [format, file] of Object.entries({ mermaid: 'graph.mmd', svg: 'graph.svg' })) {
    const flags = ['--format', format, '--out', join(target, file), '--quiet'];
    execFileSync(process.execPath, ['bin/shardwright.js', 'graph', 'fixtures/marketplace', ...flags], {
      cwd: root,
    });
  }
  for (const [file, ...flags] of [['design.md'], ['memo.md', '--memo'], ['triage.md', '--triage']]) {
    const plan = ['--plan', 'reports/marketplace/shardplan.json', '--quiet'];
    const to = ['--out', join('reports', 'marketplace', file)];
    execFileSync(
      process.execPath,
      ['bin/shardwright.js', 'doc', 'fixtures/marketplace', ...plan, ...to, ...flags],
      {
        cwd: root,
      },
    );
  }
} finally {
  rmSync(out, { recursive: true });
}

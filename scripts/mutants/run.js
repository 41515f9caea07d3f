// Loosens each rule, one at a time, and judges the committed cases: a mutant that no case catches is a rule without a test.
// Prints a table for docs/mutants.md with --write; exit code 1 when a mutant lives or can no longer be made.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { mutants } from './mutants.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = join(root, '.dist-mutants');
const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };

function compile(file, source) {
  const target = join(out, file.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, ts.transpileModule(source, { compilerOptions: options, fileName: file }).outputText);
}

const read = (file) => readFileSync(join(root, 'src', file), 'utf8');

function judge() {
  const judged = spawnSync(process.execPath, [join(root, 'scripts/mutants/judge.js'), out], {
    encoding: 'utf8',
  });
  if (judged.stderr !== '')
    return [`crash: ${judged.stderr.split('\n').find((line) => /Error/.test(line)) ?? 'unknown'}`];
  return judged.stdout.split('\n').filter((line) => line !== '');
}

function caughtBy({ file, find, put }) {
  const source = read(file);
  if (source.split(find).length !== 2) return undefined;
  compile(
    file,
    source.replace(find, () => put),
  );
  const caught = judge();
  compile(file, source);
  return caught;
}

rmSync(out, { recursive: true, force: true });
for (const file of readdirSync(join(root, 'src'), { recursive: true })) {
  if (file.endsWith('.ts')) compile(file, read(file));
}
const before = judge();
if (before.length > 0) throw new Error(`cases fail before any rule is loosened:\n${before.join('\n')}`);

const rows = [];
let alive = 0;
for (const mutant of mutants) {
  const caught = caughtBy(mutant);
  const isCaught = caught !== undefined && caught.length > 0;
  if (!isCaught) alive += 1;
  const first =
    caught === undefined
      ? '**can no longer be made: its text is not in the file once**'
      : (caught[0] ?? '**nothing**');
  rows.push(`| ${mutant.rule} | \`${mutant.file}\` | ${first} | ${caught?.length ?? 0} |`);
  if (!isCaught) console.error(`alive: ${mutant.rule} (${mutant.file})`);
}
rmSync(out, { recursive: true });

if (process.argv.includes('--write')) {
  const head = `# Mutants

Each rule of when a statement needs one shard, loosened one at a time, and the committed case that catches it.
\`npm run mutants\` runs them; \`npm run mutants -- --write\` makes this page again.

| rule | loosened in | first case that catches it | cases |
|---|---|---|---|
`;
  writeFileSync(join(root, 'docs', 'mutants.md'), `${head}${rows.join('\n')}\n`);
}
console.log(`mutants: ${mutants.length - alive} caught, ${alive} alive`);
process.exitCode = alive > 0 ? 1 : 0;

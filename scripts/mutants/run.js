// Loosens each rule, one at a time, and judges the committed cases: a mutant that no case catches is a rule without a test.
// Prints a table for docs/mutants.md with --write; exit code 1 when a mutant lives or can no longer be made.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileTree } from './compile.js';
import { mutants } from './mutants.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tree = compileTree('.dist-mutants');
/** What scripts/oracle/mutants.js found, the last time that it was run. */
const asked = JSON.parse(readFileSync(join(root, 'scripts/oracle/mutants.json'), 'utf8'));

function oracleOn({ rule }) {
  const caught = asked.caught[rule];
  if (caught === undefined) return 'not asked';
  return caught ? 'caught' : '–';
}

function judge() {
  const judged = spawnSync(process.execPath, [join(root, 'scripts/mutants/judge.js'), tree.folder], {
    encoding: 'utf8',
  });
  if (judged.stderr !== '')
    return [`crash: ${judged.stderr.split('\n').find((line) => /Error/.test(line)) ?? 'unknown'}`];
  return judged.stdout.split('\n').filter((line) => line !== '');
}

function caughtBy(mutant) {
  const undo = tree.mutate(mutant);
  if (undo === undefined) return undefined;
  const caught = judge();
  undo();
  return caught;
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
  rows.push(
    `| ${mutant.rule} | \`${mutant.file}\` | ${first} | ${caught?.length ?? 0} | ${oracleOn(mutant)} |`,
  );
  if (!isCaught) console.error(`alive: ${mutant.rule} (${mutant.file})`);
}
tree.remove();

if (process.argv.includes('--write')) {
  const head = `# Mutants

Each rule of when a statement needs one shard, loosened one at a time, and the committed case that catches it.
\`npm run mutants\` runs them; \`npm run mutants -- --write\` makes this page again.

The last column says whether the execution oracle (docs/oracle.md) shows the loosened rule to be wrong by rows alone, within
${asked.statements} random statements. It is of the last run of \`node scripts/oracle/mutants.js\`, kept in \`scripts/oracle/mutants.json\`.
A dash: not caught among so few.

| rule | loosened in | first case that catches it | cases | oracle |
|---|---|---|---|---|
`;
  writeFileSync(join(root, 'docs', 'mutants.md'), `${head}${rows.join('\n')}\n`);
}
console.log(`mutants: ${mutants.length - alive} caught, ${alive} alive`);
process.exitCode = alive > 0 ? 1 : 0;

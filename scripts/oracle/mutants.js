// Which loosened rules does the oracle catch by itself? For each mutant of scripts/mutants/mutants.js it judges a fixed seed's
// statements by the mutated tree until the first wrong verdict. Usage: node scripts/oracle/mutants.js [statements] [first] [last]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileTree } from '../mutants/compile.js';
import { mutants } from '../mutants/mutants.js';

const [statements = '3000', first = '0', last = String(mutants.length)] = process.argv.slice(2);
const oracle = fileURLToPath(new URL('run.js', import.meta.url));
const tree = compileTree(`.dist-mutants-${first}`);
const schemas = String(Math.ceil(Number(statements) / 30));

try {
  for (const mutant of mutants.slice(Number(first), Number(last))) {
    const undo = tree.mutate(mutant);
    const run =
      undo &&
      spawnSync(
        process.execPath,
        [
          oracle,
          '--seed',
          'mutants',
          '--statements',
          statements,
          '--schemas',
          schemas,
          '--shrinks',
          '0',
          '--stop',
          '--tree',
          tree.folder,
        ],
        { encoding: 'utf8' },
      );
    undo?.();
    const found = /--replay mutants:(\d+)/.exec(run?.stdout ?? '');
    const text = found === null ? (run?.status === 0 ? 'nothing' : 'not run') : `statement ${found[1]}`;
    console.log(`${text}\t${mutant.rule}`);
  }
} finally {
  tree.remove();
}

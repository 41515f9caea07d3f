// A compiled copy of src/ in which one rule at a time can be loosened.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };

const read = (file) => readFileSync(join(root, 'src', file), 'utf8');

/**
 * @param {string} name of the folder, in the project's own so that packages are found
 * @returns {{ folder: string, mutate: (mutant: import('./mutants.js').Mutant) => (() => void) | undefined, remove: () => void }}
 *   `mutate` gives what undoes it; undefined when the mutant's text is not in its file exactly once
 */
export function compileTree(name) {
  const folder = join(root, name);
  const compile = (file, source) => {
    const target = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      ts.transpileModule(source, { compilerOptions: options, fileName: file }).outputText,
    );
  };
  rmSync(folder, { recursive: true, force: true });
  for (const file of readdirSync(join(root, 'src'), { recursive: true })) {
    if (file.endsWith('.ts')) compile(file, read(file));
  }
  const mutate = ({ file, find, put }) => {
    const source = read(file);
    if (source.split(find).length !== 2) return undefined;
    compile(
      file,
      source.replace(find, () => put),
    );
    return () => compile(file, source);
  };
  return { folder, mutate, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

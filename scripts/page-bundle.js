// The script and the style of report.html, made from src/page. Gives { script, style }; throws when esbuild cannot build them.
// What is taken in of other packages comes with their licences, since the page is handed around by itself.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

export function bundlePage() {
  const { metafile, outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: { page: 'src/page/main.ts', style: 'src/page/style.css' },
    outdir: 'dist/page',
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const output = (extension) => outputFiles.find((file) => file.path.endsWith(extension)).text;
  return { script: `${licencesOf(Object.keys(metafile.inputs))}${output('.js')}`, style: output('.css') };
}

function licencesOf(inputs) {
  const packages = new Set(
    inputs.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
  );
  return [...packages].sort().map(licenceOf).join('');
}

function licenceOf(name) {
  const folder = path.join(root, 'node_modules', name);
  const { version, author, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const by = typeof author === 'object' ? author.name : author;
  const text =
    file === undefined ? `${license}, ${by ?? ''}` : readFileSync(path.join(folder, file), 'utf8').trim();
  return `/*! ${name} ${version}\n${text.replaceAll('*/', '* /')}\n*/\n`;
}

/** What `--help` waits for. Every file more is felt; a library more is felt by everyone. */
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('before a command runs, nothing is loaded but the command line and the nouns', async () => {
  const entry = 'src/cli/main.ts';
  const { metafile } = await build({
    entryPoints: [entry],
    outdir: 'nowhere',
    bundle: true,
    splitting: true,
    metafile: true,
    write: false,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  const loaded = new Set([entry]);
  for (const file of loaded) {
    const imports = metafile.inputs[file]?.imports ?? [];
    for (const { path, kind } of imports) if (kind === 'import-statement') loaded.add(path);
  }
  const others = [...loaded].filter((file) => !/^src\/(?:cli|model)\/|^node:/.test(file));
  expect(others).toEqual(['commander']);
});

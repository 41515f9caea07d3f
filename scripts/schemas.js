// Writes schemas/*.json from the built contract. Run it after `npm run build` when a schema in src/contract changed;
// test/contract/schemas.test.ts says when that was forgotten.
import { mkdirSync, writeFileSync } from 'node:fs';
import { publishedSchemas } from '../dist/contract/index.js';

const folder = new URL('../schemas/', import.meta.url);

mkdirSync(folder, { recursive: true });
for (const [name, schema] of publishedSchemas()) {
  writeFileSync(new URL(name, folder), `${JSON.stringify(schema, undefined, 2)}\n`);
}

/** The version of this package, read in one place. */

import { readFileSync } from 'node:fs';

export const tool: { readonly name: string; readonly version: string } = {
  name: 'shardwright',
  version: (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version,
};

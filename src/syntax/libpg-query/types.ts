/** Type names of PostgreSQL's parse tree → TypeName. The grammar has already replaced `integer` by `int4` and the like. */
import type { TypeName as PgTypeName } from 'libpg-query';
import { withoutCatalog } from '../build.js';
import type { TypeName } from '../tree.js';
import { strings } from './nodes.js';

export function typeName(type: PgTypeName | undefined): TypeName {
  return {
    name: withoutCatalog(strings(type?.names)),
    modified: (type?.typmods?.length ?? 0) > 0,
    array: (type?.arrayBounds?.length ?? 0) > 0,
  };
}

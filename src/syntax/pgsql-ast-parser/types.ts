/** Type names as written → TypeName, with PostgreSQL's internal names for the types that its grammar knows. */
import type { DataTypeDef } from 'pgsql-ast-parser';
import { withoutCatalog } from '../build.js';
import type { TypeName } from '../tree.js';

const internalNames: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  smallint: 'int2',
  bigint: 'int8',
  real: 'float4',
  float: 'float8',
  'double precision': 'float8',
  decimal: 'numeric',
  dec: 'numeric',
  boolean: 'bool',
  'character varying': 'varchar',
  character: 'bpchar',
  char: 'bpchar',
  'bit varying': 'varbit',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
};

/** Without a length these mean a length of one. */
const modifiedByNature = new Set(['char', 'character', 'bit']);

export function typeName(type: DataTypeDef): TypeName {
  if (type.kind === 'array') return { ...typeName(type.arrayOf), array: true };
  const modified = (type.config?.length ?? 0) > 0;
  if (type.schema !== undefined) {
    return { name: withoutCatalog([type.schema, type.name]), modified, array: false };
  }
  if (type.doubleQuoted === true) return { name: [type.name], modified, array: false };
  if (type.name === 'float' && modified) {
    return { name: [(type.config?.[0] ?? 53) <= 24 ? 'float4' : 'float8'], modified: false, array: false };
  }
  return {
    name: [internalNames[type.name] ?? type.name],
    modified: modified || modifiedByNature.has(type.name),
    array: false,
  };
}

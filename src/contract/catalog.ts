/**
 * catalog.json: a schema as `capture` takes it from a server's catalog. Definitions are PostgreSQL's own texts
 * (pg_get_constraintdef and its like) with every name qualified, so that nothing is lost in between; names are apart.
 */

import { z } from 'zod';
import { UserError } from '../model/index.js';
import { head, type Tool, toolSchema } from './head.js';
import { firstComplaint, pathText } from './issues.js';
import { parseJson, printJson } from './json.js';

const named = { schema: z.string(), name: z.string() };

const columnSchema = z.looseObject({
  name: z.string(),
  /** As format_type writes it: `character varying(20)`, `public.mood[]`. */
  type: z.string(),
  notNull: z.boolean(),
  default: z.string().optional(),
  identity: z.enum(['always', 'by default']).optional(),
  /** The sequence behind an identity column. */
  sequence: z.looseObject(named).optional(),
  /** The expression of a generated column. */
  generated: z.string().optional(),
  collation: z.looseObject(named).optional(),
});

/** What follows the name in DDL: `PRIMARY KEY (id)`. */
const definedSchema = z.looseObject({ name: z.string(), definition: z.string() });

/** A whole CREATE statement of a part that hangs on a table; off: DISABLE, or for replicas only. */
const switchableSchema = z.looseObject({ name: z.string(), definition: z.string(), off: z.boolean() });

const policySchema = z.looseObject({
  name: z.string(),
  command: z.enum(['all', 'select', 'insert', 'update', 'delete']),
  permissive: z.boolean(),
  using: z.string().optional(),
  check: z.string().optional(),
});

const tableSchema = z.looseObject({
  ...named,
  kind: z.enum(['table', 'partitioned', 'foreign']),
  unlogged: z.boolean(),
  /** All columns, inherited ones too, in order. */
  columns: z.array(columnSchema),
  /** More than one for INHERITS (a, b) only. */
  parents: z.array(z.looseObject(named)),
  parentKind: z.enum(['partition', 'inherits']).optional(),
  /** `FOR VALUES …` or `DEFAULT`, of a partition. */
  bound: z.string().optional(),
  /** `RANGE (placed_at)`, of a partitioned table. */
  partitionKey: z.string().optional(),
  constraints: z.array(definedSchema),
  /** Indexes that are no constraint's, as whole CREATE INDEX statements. */
  indexes: z.array(definedSchema),
  triggers: z.array(switchableSchema),
  rules: z.array(switchableSchema),
  policies: z.array(policySchema),
  rowSecurity: z.enum(['off', 'enabled', 'forced']),
});

const viewSchema = z.looseObject({
  ...named,
  materialized: z.boolean(),
  columns: z.array(z.string()),
  query: z.string(),
  indexes: z.array(definedSchema),
  triggers: z.array(switchableSchema),
});

const typeSchema = z.discriminatedUnion('kind', [
  z.looseObject({ ...named, kind: z.enum(['enum', 'range']) }),
  z.looseObject({
    ...named,
    kind: z.literal('composite'),
    attributes: z.array(z.looseObject({ name: z.string(), type: z.string() })),
  }),
  z.looseObject({
    ...named,
    kind: z.literal('domain'),
    base: z.string(),
    notNull: z.boolean(),
    default: z.string().optional(),
    collation: z.looseObject(named).optional(),
    /** Its checks as in CREATE DOMAIN. */
    checks: z.string().optional(),
  }),
]);

const functionSchema = z.looseObject({
  ...named,
  kind: z.enum(['function', 'procedure', 'aggregate']),
  language: z.string(),
  volatility: z.enum(['immutable', 'stable', 'volatile']),
  /** As in CREATE FUNCTION, without defaults. */
  arguments: z.string(),
  /** `trigger`, `SETOF public.orders`; none for procedures and aggregates. */
  returns: z.string().optional(),
  body: z.string().optional(),
  /** A body of the SQL standard: `RETURN …` or `BEGIN ATOMIC … END`. */
  sqlBody: z.string().optional(),
});

const operatorSchema = z.looseObject({
  ...named,
  /** What it calls. */
  function: z.looseObject(named),
});

export const catalogSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('catalog'),
  tool: toolSchema,
  /** Where the application's unqualified names are looked up. */
  searchPath: z.array(z.string()),
  types: z.array(typeSchema),
  sequences: z.array(z.looseObject(named)),
  tables: z.array(tableSchema),
  functions: z.array(functionSchema),
  /** Not in files of earlier versions. */
  operators: z.array(operatorSchema).default([]),
  views: z.array(viewSchema),
});

type Described = z.infer<typeof catalogSchema>;

/** A catalog file without its head. */
export type CatalogFile = Pick<
  Described,
  'searchPath' | 'types' | 'sequences' | 'tables' | 'functions' | 'operators' | 'views'
>;

/** @throws UserError bad-json, bad-input, newer-version; with the file */
export function parseCatalog(text: string, file: string): CatalogFile {
  const value = parseJson(text, file);
  const read = catalogSchema.safeParse(value);
  if (read.success) return read.data;
  const { path, message } = firstComplaint(catalogSchema, read.error);
  const isNewer = path[0] === 'schemaVersion';
  throw new UserError(
    isNewer ? 'newer-version' : 'bad-input',
    `${file} is not a catalog that can be read: ${path.length === 0 ? '' : `${pathText(path)}: `}${message}`,
    isNewer ? 'Install the version that wrote it.' : 'Take it again with shardwright capture.',
    { file },
  );
}

export function renderCatalogJson(catalog: CatalogFile, tool: Tool): string {
  const { searchPath, types, sequences, tables, functions, operators, views } = catalog;
  return printJson({
    ...head('catalog', tool),
    searchPath,
    types,
    sequences,
    tables,
    functions,
    operators,
    views,
  });
}

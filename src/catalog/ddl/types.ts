/** Type names of DDL → PostgreSQL's internal names: `integer` → int4, `serial` → int4 with a sequence, `mood` → public.mood. */

import type { Node, TypeName as TypeNode } from 'libpg-query';
import type { Draft } from './draft.js';
import { resolvedName } from './names.js';
import { namePathOf } from './nodes.js';

export interface ReadType {
  readonly type: string;
  readonly modified: boolean;
  /** Of varchar(n) and char(n). */
  readonly length?: number;
  readonly array: boolean;
  readonly serial: boolean;
}

/** What a column takes over from its type. */
export function typedBy({ type, modified, length, array }: ReadType) {
  return { type, modified, array, ...(length === undefined ? {} : { length }) };
}

const serials: Readonly<Record<string, string>> = {
  smallserial: 'int2',
  serial2: 'int2',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
};

/** Types of pg_catalog that are written without their schema; the grammar itself qualifies `integer`, `varchar(3)` and their like. */
const builtIn = new Set(
  `aclitem any anyarray anycompatible anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char cid cidr
  circle cstring date datemultirange daterange event_trigger float4 float8 inet int2 int2vector int4 int4multirange int4range int8
  int8multirange int8range internal interval json jsonb jsonpath line lseg macaddr macaddr8 money name numeric nummultirange numrange
  oid oidvector path pg_lsn pg_snapshot point polygon record refcursor regclass regcollation regconfig regdictionary regnamespace
  regoper regoperator regproc regprocedure regrole regtype text tid time timestamp timestamptz timetz trigger tsmultirange tsquery
  tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid varbit varchar void xid xid8 xml`.split(
    /\s+/,
  ),
);

export function readType(draft: Draft, node: TypeNode | undefined): ReadType {
  const read = withoutLength(draft, node);
  const length = read.type === 'varchar' || read.type === 'bpchar' ? lengthOf(node) : undefined;
  return length === undefined ? read : { ...read, length };
}

function lengthOf(node: TypeNode | undefined): number | undefined {
  const [first] = node?.typmods ?? [];
  return first !== undefined && 'A_Const' in first ? first.A_Const.ival?.ival : undefined;
}

function withoutLength(draft: Draft, node: TypeNode | undefined): ReadType {
  const path = namePathOf(node?.names ?? []);
  const modified = (node?.typmods ?? []).length > 0;
  const array = (node?.arrayBounds ?? []).length > 0;
  const bare = path.length === 1 ? (path[0] ?? '') : path[0] === 'pg_catalog' ? (path[1] ?? '') : undefined;
  const serial = path.length === 1 ? serials[bare ?? ''] : undefined;
  if (serial !== undefined) return { type: serial, modified: false, array, serial: true };
  if (bare !== undefined && path.length === 2) return { ...elementOf(bare, array), modified, serial: false };
  if (bare !== undefined && builtIn.has(bare.replace(/^_/, ''))) {
    // pg_catalog is searched first: a user's type of a built-in name counts only when it is qualified.
    return { ...elementOf(bare, array), modified, serial: false };
  }
  return {
    type: resolvedName(draft, path, (name) => isType(draft, name)),
    modified,
    array,
    serial: false,
  };
}

/** `_text` is how PostgreSQL itself spells text[]. */
function elementOf(name: string, array: boolean): { type: string; array: boolean } {
  return name.startsWith('_') ? { type: name.slice(1), array: true } : { type: name, array };
}

function isType(draft: Draft, name: string): boolean {
  return (
    draft.domains.has(name) ||
    draft.composites.has(name) ||
    draft.otherTypes.has(name) ||
    draft.tables.has(name)
  );
}

export function typeNameOf(draft: Draft, path: readonly string[]): string {
  return resolvedName(draft, path, (name) => isType(draft, name));
}

/** A stable spelling of input types, to tell overloads of a function apart. */
export function signatureOf(draft: Draft, types: readonly (TypeNode | undefined)[]): string {
  return types
    .map((node) => readType(draft, node))
    .map(({ type, array }) => (array ? `${type}[]` : type))
    .join(',');
}

/** A collation's name: a user's own when the schema made one, else PostgreSQL's. */
export function collationName(draft: Draft, names: readonly Node[] | undefined): string {
  const path = namePathOf(names ?? []);
  if (path.length > 1) return path.slice(-2).join('.');
  const own = resolvedName(draft, path, (name) => draft.collations.has(name));
  return draft.collations.has(own) ? own : `pg_catalog.${path[0] ?? ''}`;
}

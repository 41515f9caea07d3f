/** ColumnDef nodes → draft columns: type, default, NOT NULL, generated and identity columns. Keys are left to constraints.ts. */

import type { ColumnDef, Constraint, Node } from 'libpg-query';
import type { ColumnDefault } from '../../model/index.js';
import type { Context } from './context.js';
import type { DraftColumn, DraftTable } from './draft.js';
import { bareName, objectName, schemaOf } from './names.js';
import { columnsRead, functionsCalled, itemsOf, namePathOf, stringOf, walk } from './nodes.js';
import { expressionAfter } from './statement-text.js';
import { collationName, readType, typedBy } from './types.js';

export function constraintsOf(nodes: readonly Node[] | undefined): readonly Constraint[] {
  return (nodes ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
}

export function readColumn(context: Context, table: DraftTable, node: ColumnDef): DraftColumn {
  const name = node.colname ?? '';
  const type = node.typeName ? readType(context.draft, node.typeName) : undefined;
  const constraints = constraintsOf(node.constraints);
  const stops = stopsOf(node, constraints);
  const generated = constraints.find(({ contype }) => contype === 'CONSTR_GENERATED');
  const byDefault = type?.serial
    ? serialDefault(context, table, name)
    : defaultOf(context, table, name, constraints, stops);
  const notNull = constraints.some(({ contype }) => contype !== undefined && impliesNotNull.has(contype));
  return {
    name,
    ...(type === undefined ? { modified: false, array: false } : typedBy(type)),
    nullable: !(notNull || type?.serial === true),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(generated === undefined ? {} : generatedBy(generated.raw_expr)),
    ...(node.collClause === undefined
      ? {}
      : { collation: collationName(context.draft, node.collClause.collname) }),
  };
}

/** A generated column, by its expression. */
export function generatedBy(
  expression: Node | undefined,
): Required<Pick<DraftColumn, 'generatedFrom' | 'generatedCalls'>> {
  return { generatedFrom: columnsRead(expression), generatedCalls: functionsCalled(expression) };
}

const impliesNotNull = new Set(['CONSTR_NOTNULL', 'CONSTR_PRIMARY', 'CONSTR_IDENTITY']);

function stopsOf(node: ColumnDef, constraints: readonly Constraint[]): readonly number[] {
  return [...constraints.map(({ location }) => location), node.collClause?.location].filter(
    (place) => place !== undefined,
  );
}

export function defaultOf(
  context: Context,
  table: DraftTable,
  column: string,
  constraints: readonly Constraint[],
  stops: readonly number[],
): ColumnDefault | undefined {
  const identity = constraints.find(({ contype }) => contype === 'CONSTR_IDENTITY');
  if (identity) return identityDefault(context, table, column, identity);
  const given = constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT');
  if (!given) return undefined;
  const text = expressionAfter(context.text, (given.location ?? 0) + 'default'.length, stops);
  return { kind: defaultKind(given.raw_expr), text };
}

function serialDefault(context: Context, table: DraftTable, column: string): ColumnDefault {
  const sequence = ownedSequence(context, table, column);
  return { kind: 'sequence', text: `nextval('${sequence}'::regclass)` };
}

export function identityDefault(
  context: Context,
  table: DraftTable,
  column: string,
  identity: Constraint,
): ColumnDefault {
  const named = (identity.options ?? []).flatMap((option) =>
    'DefElem' in option && option.DefElem.defname === 'sequence_name' ? [namePathOf(option.DefElem.arg)] : [],
  )[0];
  if (named) context.draft.sequences.add(`${named.at(-2) ?? schemaOf(table.name)}.${named.at(-1) ?? ''}`);
  else ownedSequence(context, table, column);
  const when = identity.generated_when === 'a' ? 'always' : 'by default';
  return { kind: 'sequence', text: `generated ${when} as identity` };
}

function ownedSequence(context: Context, table: DraftTable, column: string): string {
  const name = `${schemaOf(table.name)}.${objectName(bareName(table.name), column, 'seq')}`;
  context.draft.sequences.add(name);
  return name;
}

export function defaultKind(expression: Node | undefined): ColumnDefault['kind'] {
  if (callsNextval(expression)) return 'sequence';
  return isConstant(expression) ? 'constant' : 'expression';
}

function callsNextval(expression: unknown): boolean {
  let found = false;
  walk(expression, (kind, body) => {
    if (kind === 'FuncCall' && namePathOf(body.funcname as Node[]).at(-1) === 'nextval') found = true;
  });
  return found;
}

/** A literal, casts and signs of literals, arrays of them. */
function isConstant(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ('A_Const' in node) return true;
  if ('TypeCast' in node) return isConstant(node.TypeCast.arg) && !isClockWord(node);
  if ('CollateClause' in node) return isConstant(node.CollateClause.arg);
  if ('A_ArrayExpr' in node) return (node.A_ArrayExpr.elements ?? []).every(isConstant);
  if ('A_Expr' in node)
    return node.A_Expr.lexpr === undefined && isSign(node.A_Expr.name) && isConstant(node.A_Expr.rexpr);
  return false;
}

function isSign(name: readonly Node[] | undefined): boolean {
  return ['-', '+'].includes(stringOf(name?.[0]));
}

/** `('now'::text)::date`, as old dumps write CURRENT_DATE, is another value every day. */
function isClockWord(node: Node): boolean {
  let found = false;
  walk(node, (kind, body) => {
    if (kind !== 'A_Const') return;
    const word = stringOf({ A_Const: body } as Node)
      .trim()
      .toLowerCase();
    if (['now', 'today', 'tomorrow', 'yesterday'].includes(word)) found = true;
  });
  return found && castsToTime(node);
}

function castsToTime(node: Node): boolean {
  return (
    'TypeCast' in node &&
    /^(date|time|timetz|timestamp|timestamptz)$/.test(
      stringOf(itemsOf({ List: { items: node.TypeCast.typeName?.names ?? [] } }).at(-1)),
    )
  );
}

/**
 * Expressions of PostgreSQL's parse tree → Expr. What the neutral tree has no node for becomes `other` with every
 * expression and subquery below it as its children, found by walking the node's fields.
 */
import type { A_Const, A_Expr, ColumnRef, Node, ResTarget, SubLink } from 'libpg-query';
import { defaultValue, logic, other, prefixOperator } from '../build.js';
import { isSquashedBetween } from '../squash.js';
import type { Expr, LiteralExpr } from '../tree.js';
import { callTranslators, type ExprTranslators } from './calls.js';
import { exprs, hiddenParts } from './clauses.js';
import {
  bodyOf,
  itemsOf,
  type NodeBody,
  type NodeTag,
  stringOf,
  strings,
  type Translation,
  tagOf,
  UntranslatableError,
} from './nodes.js';
import { typeName } from './types.js';

export function expr(node: Node | undefined, t: Translation): Expr {
  const tag = node === undefined ? '' : tagOf(node);
  if (node === undefined || tag === '') throw new UntranslatableError('an expression is missing');
  const translate = translators[tag] as ((body: unknown, t: Translation) => Expr) | undefined;
  const body = (node as Record<string, unknown>)[tag];
  return translate === undefined ? other(wordsOf(tag), hiddenParts(body, t)) : translate(body, t);
}

/** A column's assigned value: `SET a[1] = x` and `SET c.f = x` give the column a value that x is only a part of. */
export function assignedValue(target: ResTarget, t: Translation): Expr {
  const value = expr(target.val, t);
  if (target.indirection === undefined || target.indirection.length === 0) return value;
  return other('partOfColumn', [...indirectionParts(target.indirection, t), value]);
}

const translators: ExprTranslators = {
  ColumnRef: columnReference,
  ParamRef: (param) => ({ kind: 'param', number: param.number ?? 0 }),
  A_Const: literal,
  TypeCast: (cast, t) => ({ kind: 'cast', arg: expr(cast.arg, t), type: typeName(cast.typeName) }),
  A_Expr: operation,
  BoolExpr: (bool, t) => {
    const args = exprs(bool.args, t);
    if (bool.boolop === 'NOT_EXPR' && args[0] !== undefined) return { kind: 'not', arg: args[0] };
    return logic(bool.boolop === 'OR_EXPR' ? 'or' : 'and', args);
  },
  NullTest: (test, t) => ({
    kind: 'nullTest',
    arg: expr(test.arg, t),
    negated: test.nulltesttype === 'IS_NOT_NULL',
  }),
  BooleanTest: (test, t) => {
    const [, negation, truth] = /^IS_(NOT_)?(TRUE|FALSE|UNKNOWN)$/.exec(test.booltesttype ?? '') ?? [];
    return {
      kind: 'booleanTest',
      arg: expr(test.arg, t),
      test: truth === 'TRUE' ? 'true' : truth === 'FALSE' ? 'false' : 'unknown',
      negated: negation !== undefined,
    };
  },
  SubLink: sublink,
  RowExpr: (row, t) => ({ kind: 'row', items: exprs(row.args, t) }),
  A_ArrayExpr: (array, t) => ({
    kind: 'array',
    items: exprs(array.elements, t),
    squashed: t.hasSquashedLists && isSquashedBetween(t.text, array.list_start, array.list_end),
  }),
  CollateClause: (collate, t) => ({
    kind: 'collate',
    arg: expr(collate.arg, t),
    collation: strings(collate.collname),
  }),
  CaseExpr: (choice, t) => {
    const branches = (choice.args ?? []).flatMap((node) => {
      const when = bodyOf(node, 'CaseWhen');
      return [expr(when?.expr, t), expr(when?.result, t)];
    });
    const subject = choice.arg === undefined ? [] : [expr(choice.arg, t)];
    const fallback = choice.defresult === undefined ? [] : [expr(choice.defresult, t)];
    return other('case', [...subject, ...branches, ...fallback]);
  },
  A_Indirection: (path, t) =>
    (path.indirection ?? []).reduce<Expr>(
      (inner, step) =>
        other(indirections[tagOf(step) ?? ''] ?? 'field', [inner, ...indirectionParts([step], t)]),
      expr(path.arg, t),
    ),
  GroupingFunc: (grouping, t) => other('grouping', exprs(grouping.args, t)),
  SetToDefault: () => defaultValue,
  NamedArgExpr: (named, t) => expr(named.arg, t),
  MultiAssignRef: multiAssignment,
  SelectStmt: (select, t) => ({ kind: 'subquery', form: 'array', query: t.select(select, t) }),
  List: (list, t) => ({ kind: 'row', items: exprs(list.items, t) }),
  ...callTranslators,
};

const indirections: Readonly<Record<string, string>> = { A_Indices: 'subscript', A_Star: 'fields' };

function columnReference(column: ColumnRef, t: Translation): Expr {
  const fields = column.fields ?? [];
  const last = fields[fields.length - 1];
  const starred = last !== undefined && tagOf(last) === 'A_Star';
  const names = (starred ? fields.slice(0, -1) : fields).map(stringOf);
  const row =
    names.length > 0 && (names.length > 1 || starred) ? t.rowAliases.get(names[0] ?? '') : undefined;
  const path = row === undefined ? names : [row, ...names.slice(1)];
  return starred ? { kind: 'star', qualifier: path } : { kind: 'column', path };
}

function literal(constant: A_Const): LiteralExpr {
  if (constant.isnull === true) return { kind: 'literal', type: 'null', text: '' };
  if (constant.ival !== undefined) return number(String(constant.ival.ival ?? 0));
  if (constant.fval !== undefined) return number(constant.fval.fval ?? '0');
  if (constant.boolval !== undefined) {
    return { kind: 'literal', type: 'boolean', text: constant.boolval.boolval === true ? 'true' : 'false' };
  }
  if (constant.bsval !== undefined)
    return { kind: 'literal', type: 'bits', text: constant.bsval.bsval ?? '' };
  return { kind: 'literal', type: 'string', text: constant.sval?.sval ?? '' };
}

function number(text: string): LiteralExpr {
  return { kind: 'literal', type: 'number', text };
}

function operation(node: A_Expr, t: Translation): Expr {
  const operator = strings(node.name).at(-1) ?? '';
  switch (node.kind) {
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return {
        kind: 'quantified',
        left: expr(node.lexpr, t),
        operator,
        quantifier: node.kind === 'AEXPR_OP_ANY' ? 'any' : 'all',
        array: expr(node.rexpr, t),
      };
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return {
        kind: 'distinctFrom',
        left: expr(node.lexpr, t),
        right: expr(node.rexpr, t),
        negated: node.kind === 'AEXPR_NOT_DISTINCT',
      };
    case 'AEXPR_NULLIF':
      return {
        kind: 'call',
        name: ['nullif'],
        args: [expr(node.lexpr, t), expr(node.rexpr, t)],
        star: false,
        distinct: false,
        orderBy: [],
      };
    case 'AEXPR_IN':
      return {
        kind: 'inList',
        arg: expr(node.lexpr, t),
        items: exprs(itemsOf(node.rexpr), t),
        negated: operator === '<>',
        squashed: t.hasSquashedLists && isSquashedBetween(t.text, node.rexpr_list_start, node.rexpr_list_end),
      };
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM': {
      const [low, high] = itemsOf(node.rexpr);
      return {
        kind: 'between',
        arg: expr(node.lexpr, t),
        low: expr(low, t),
        high: expr(high, t),
        negated: node.kind === 'AEXPR_NOT_BETWEEN' || node.kind === 'AEXPR_NOT_BETWEEN_SYM',
        symmetric: node.kind === 'AEXPR_BETWEEN_SYM' || node.kind === 'AEXPR_NOT_BETWEEN_SYM',
      };
    }
    default:
      return plainOperator(node, operator, t);
  }
}

function plainOperator(node: A_Expr, name: string, t: Translation): Expr {
  const right = expr(node.rexpr, t);
  const schema = strings(node.name).at(-2);
  const qualified = schema === undefined || schema === 'pg_catalog' ? {} : { schema };
  if (node.lexpr !== undefined) {
    return { kind: 'operator', name, ...qualified, left: expr(node.lexpr, t), right };
  }
  return schema === undefined ? prefixOperator(name, right) : { kind: 'operator', name, ...qualified, right };
}

function sublink(link: SubLink, t: Translation): Expr {
  const select = link.subselect === undefined ? undefined : bodyOf(link.subselect, 'SelectStmt');
  if (select === undefined) throw new UntranslatableError('a subquery is missing');
  const query = t.select(select, t);
  switch (link.subLinkType) {
    case 'EXISTS_SUBLINK':
      return { kind: 'subquery', form: 'exists', query };
    case 'ARRAY_SUBLINK':
      return { kind: 'subquery', form: 'array', query };
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK':
      return {
        kind: 'subquery',
        form: link.subLinkType === 'ANY_SUBLINK' ? 'any' : 'all',
        query,
        test: expr(link.testexpr, t),
        operator: strings(link.operName).at(-1) ?? '=',
      };
    default:
      return { kind: 'subquery', form: 'scalar', query };
  }
}

/** `(a, b) = (x, y)` gives each column its own value; `(a, b) = (SELECT …)` gives each a part of one shared subquery. */
function multiAssignment(assignment: NodeBody<'MultiAssignRef'>, t: Translation): Expr {
  const column = assignment.colno ?? 1;
  if (assignment.ncolumns === 1 && !isRow(assignment.source)) return expr(assignment.source, t);
  const row = assignment.source === undefined ? undefined : bodyOf(assignment.source, 'RowExpr');
  if (row !== undefined) return expr(row.args?.[column - 1], t);
  if (column === 1 || t.sharedSource === undefined) t.sharedSource = expr(assignment.source, t);
  return other('rowPart', [t.sharedSource]);
}

function isRow(node: Node | undefined): boolean {
  return node !== undefined && 'RowExpr' in node;
}

export function indirectionParts(steps: readonly Node[], t: Translation): readonly Expr[] {
  return steps.flatMap((step) => {
    const indices = bodyOf(step, 'A_Indices');
    if (indices === undefined) return [];
    return exprs(
      [indices.lidx, indices.uidx].filter((index) => index !== undefined),
      t,
    );
  });
}

export function isExpression(tag: string): boolean {
  return tag in translators;
}

/** `JsonParseExpr` → 'json parse expr'. */
function wordsOf(tag: NodeTag): string {
  return tag
    .replace(/_/g, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

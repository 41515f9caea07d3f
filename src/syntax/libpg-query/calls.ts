/** Function calls of PostgreSQL's parse tree, and the syntax that is a function call in all but spelling → Expr. */
import type { FuncCall, JsonAggConstructor, SQLValueFunction } from 'libpg-query';
import { call, withoutCatalog } from '../build.js';
import type { CallExpr, Expr } from '../tree.js';
import { exprs, hiddenParts, optionalExpr, sortKeys, windowSpec } from './clauses.js';
import { bodyOf, type NodeBody, type NodeTag, strings, type Translation } from './nodes.js';

export type ExprTranslators = {
  readonly [Tag in NodeTag]?: (body: NodeBody<Tag>, t: Translation) => Expr;
};

export const callTranslators: ExprTranslators = {
  FuncCall: functionCall,
  CoalesceExpr: (coalesce, t) => call('coalesce', exprs(coalesce.args, t)),
  MinMaxExpr: (choice, t) => call(choice.op === 'IS_LEAST' ? 'least' : 'greatest', exprs(choice.args, t)),
  SQLValueFunction: (value) => call(valueFunctionName(value), []),
  MergeSupportFunc: () => call('merge_action', []),
  XmlExpr: (xml, t) => call(xmlName(xml.op), hiddenParts(xml, t)),
  XmlSerialize: (xml, t) => call('xmlserialize', hiddenParts(xml, t)),
  JsonObjectConstructor: (json, t) => call('json_object', hiddenParts(json, t)),
  JsonArrayConstructor: (json, t) => call('json_array', hiddenParts(json, t)),
  JsonArrayQueryConstructor: (json, t) => {
    const select = json.query === undefined ? undefined : bodyOf(json.query, 'SelectStmt');
    if (select === undefined) return call('json_array', hiddenParts(json, t));
    return call('json_array', [{ kind: 'subquery', form: 'array', query: t.select(select, t) }]);
  },
  JsonObjectAgg: (json, t) => jsonAggregate('json_objectagg', hiddenParts(json.arg, t), json.constructor, t),
  JsonArrayAgg: (json, t) => jsonAggregate('json_arrayagg', hiddenParts(json.arg, t), json.constructor, t),
  JsonFuncExpr: (json, t) => call(jsonFunctionName(json.op), hiddenParts(json, t)),
  JsonParseExpr: (json, t) => call('json', hiddenParts(json, t)),
  JsonScalarExpr: (json, t) => call('json_scalar', hiddenParts(json, t)),
  JsonSerializeExpr: (json, t) => call('json_serialize', hiddenParts(json, t)),
};

function functionCall(node: FuncCall, t: Translation): CallExpr {
  const filter = optionalExpr(node.agg_filter, t);
  return {
    kind: 'call',
    name: withoutCatalog(strings(node.funcname)),
    args: exprs(node.args, t),
    star: node.agg_star === true,
    distinct: node.agg_distinct === true,
    ...(filter === undefined ? {} : { filter }),
    orderBy: sortKeys(node.agg_order, t),
    ...(node.over === undefined ? {} : { over: windowSpec(node.over, t) }),
  };
}

/** The JSON aggregates are aggregates like any other: their filter, order and window count. */
function jsonAggregate(
  name: string,
  args: readonly Expr[],
  options: JsonAggConstructor | object | undefined,
  t: Translation,
): CallExpr {
  const { agg_filter, agg_order, over } = (options ?? {}) as JsonAggConstructor;
  const filter = optionalExpr(agg_filter, t);
  return {
    ...call(name, args),
    ...(filter === undefined ? {} : { filter }),
    orderBy: sortKeys(agg_order, t),
    ...(over === undefined ? {} : { over: windowSpec(over, t) }),
  };
}

/** SVFOP_CURRENT_TIMESTAMP_N → current_timestamp. */
function valueFunctionName(value: SQLValueFunction): string {
  return (value.op ?? '').replace('SVFOP_', '').replace(/_N$/, '').toLowerCase();
}

/** IS_XMLCONCAT → xmlconcat. */
function xmlName(op: string | undefined): string {
  return (op ?? 'xml').replace('IS_', '').toLowerCase();
}

/** JSON_VALUE_OP → json_value. */
function jsonFunctionName(op: string | undefined): string {
  return (op ?? 'json').replace(/_OP$/, '').toLowerCase();
}

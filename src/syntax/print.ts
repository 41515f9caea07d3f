/**
 * Neutral expressions → compact text for evidence: `o.user_id = $1`. Literals are printed as `?`, subqueries and whatever
 * else is long as a sketch: the text is to be recognised by a reader, not to be parsed.
 */
import type { CallExpr, Expr, NamePath, SubqueryExpr, TypeName, WindowSpec } from './tree.js';

export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'column':
      return printPath(expr.path);
    case 'star':
      return [...expr.qualifier.map(printName), '*'].join('.');
    case 'param':
      return `$${expr.number}`;
    case 'literal':
      return printLiteral(expr.type, expr.text);
    case 'cast':
      return `${operand(expr.arg)}::${printType(expr.type)}`;
    case 'operator': {
      const name = expr.schema === undefined ? expr.name : `operator(${printName(expr.schema)}.${expr.name})`;
      return expr.left === undefined
        ? `${name} ${operand(expr.right)}`
        : `${operand(expr.left)} ${name} ${operand(expr.right)}`;
    }
    case 'and':
    case 'or':
      return expr.args
        .map((arg) => (arg.kind === 'or' || arg.kind === 'and' ? `(${printExpr(arg)})` : printExpr(arg)))
        .join(` ${expr.kind} `);
    case 'not':
      return printNegation(expr.arg);
    case 'nullTest':
      return `${operand(expr.arg)} is ${expr.negated ? 'not ' : ''}null`;
    case 'booleanTest':
      return `${operand(expr.arg)} is ${expr.negated ? 'not ' : ''}${expr.test}`;
    case 'distinctFrom':
      return `${operand(expr.left)} is ${expr.negated ? 'not ' : ''}distinct from ${operand(expr.right)}`;
    case 'between':
      return `${operand(expr.arg)} ${expr.negated ? 'not ' : ''}between ${expr.symmetric ? 'symmetric ' : ''}${operand(expr.low)} and ${operand(expr.high)}`;
    case 'inList':
      return `${operand(expr.arg)} ${expr.negated ? 'not ' : ''}in (${printItems(expr.items, expr.squashed)})`;
    case 'quantified':
      return `${operand(expr.left)} ${expr.operator} ${expr.quantifier}(${printExpr(expr.array)})`;
    case 'row':
      return `(${printList(expr.items)})`;
    case 'array':
      return `array[${printItems(expr.items, expr.squashed)}]`;
    case 'call':
      return printCall(expr);
    case 'collate':
      return `${operand(expr.arg)} collate ${printPath(expr.collation)}`;
    case 'subquery':
      return printSubquery(expr);
    case 'other':
      return expr.what === 'default' ? 'default' : `${expr.what}(${printList(expr.args)})`;
  }
}

function printSubquery(expr: SubqueryExpr): string {
  switch (expr.form) {
    case 'exists':
      return 'exists (select …)';
    case 'scalar':
      return '(select …)';
    case 'array':
      return 'array(select …)';
    case 'any':
    case 'all': {
      const test = expr.test === undefined ? '' : `${operand(expr.test)} `;
      return isIn(expr) ? `${test}in (select …)` : `${test}${expr.operator ?? '='} ${expr.form} (select …)`;
    }
  }
}

function isIn(expr: SubqueryExpr): boolean {
  return expr.form === 'any' && (expr.operator ?? '=') === '=';
}

function printNegation(arg: Expr): string {
  if (arg.kind === 'subquery' && isIn(arg) && arg.test !== undefined) {
    return `${operand(arg.test)} not in (select …)`;
  }
  return `not ${operand(arg)}`;
}

function printCall(expr: CallExpr): string {
  const args = expr.star ? '*' : `${expr.distinct ? 'distinct ' : ''}${printList(expr.args)}`;
  const order = expr.orderBy.length === 0 ? '' : ` order by ${printList(expr.orderBy)}`;
  const filter = expr.filter === undefined ? '' : ` filter (where ${printExpr(expr.filter)})`;
  const over = expr.over === undefined ? '' : ` over (${printWindow(expr.over)})`;
  return `${printPath(expr.name)}(${args}${order})${filter}${over}`;
}

function printWindow(window: WindowSpec): string {
  const parts = [
    window.ref === undefined ? '' : printName(window.ref),
    window.partitionBy.length === 0 ? '' : `partition by ${printList(window.partitionBy)}`,
    window.orderBy.length === 0 ? '' : `order by ${printList(window.orderBy)}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function printLiteral(type: string, text: string): string {
  if (type === 'null') return 'null';
  return type === 'boolean' ? text : '?';
}

function printType(type: TypeName): string {
  return `${printPath(type.name)}${type.array ? '[]' : ''}`;
}

function printList(exprs: readonly Expr[]): string {
  return exprs.map(printExpr).join(', ');
}

/** Evidence names a long list by its first elements. */
function printItems(items: readonly Expr[], squashed: boolean): string {
  const shown = items.slice(0, 5);
  return printList(shown) + (squashed || shown.length < items.length ? ', …' : '');
}

const compound = new Set<Expr['kind']>([
  ...([
    'operator',
    'and',
    'or',
    'not',
    'nullTest',
    'booleanTest',
    'distinctFrom',
    'between',
    'inList',
  ] as const),
  ...(['quantified'] as const),
]);

function operand(expr: Expr): string {
  return compound.has(expr.kind) ? `(${printExpr(expr)})` : printExpr(expr);
}

function printPath(path: NamePath): string {
  return path.map(printName).join('.');
}

/** A name that PostgreSQL would not fold into itself is quoted. */
function printName(name: string): string {
  return /^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(name) ? name : `"${name.replace(/"/g, '""')}"`;
}

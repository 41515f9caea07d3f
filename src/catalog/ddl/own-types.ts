/** Types that the schema makes itself: enums, ranges, composites, domains. */

import type { AlterDomainStmt, CompositeTypeStmt, Constraint, CreateDomainStmt, Node } from 'libpg-query';
import { constraintsOf, defaultKind, defaultOf } from './columns.js';
import type { Context } from './context.js';
import { type NamePath, newTable } from './draft.js';
import { createdName, resolvedName } from './names.js';
import { functionsCalled, namePathOf } from './nodes.js';
import { expressionAfterWord } from './statement-text.js';
import { collationName, readType, typedBy, typeNameOf } from './types.js';

/** The `schema.name` under which CREATE makes a thing. */
export function madeName(context: Context, nodes: readonly Node[] | undefined): string {
  return resolvedName(context.draft, namePathOf(nodes), () => false);
}

export function createComposite(context: Context, statement: CompositeTypeStmt): void {
  const columns = (statement.coldeflist ?? []).flatMap((node) => {
    if (!('ColumnDef' in node)) return [];
    const typed = typedBy(readType(context.draft, node.ColumnDef.typeName));
    return [{ name: node.ColumnDef.colname ?? '', ...typed, nullable: true }];
  });
  context.draft.composites.set(createdName(context.draft, statement.typevar), columns);
}

export function createDomain(context: Context, statement: CreateDomainStmt): void {
  const name = madeName(context, statement.domainname);
  const typed = typedBy(readType(context.draft, statement.typeName));
  const constraints = constraintsOf(statement.constraints);
  const stops = [...constraints.map(({ location }) => location), statement.collClause?.location].filter(
    (place) => place !== undefined,
  );
  const byDefault = defaultOf(context, newTable(name, context.source), '', constraints, stops);
  context.draft.domains.set(name, {
    type: {
      name,
      ...typed,
      domainCalls: checkCalls(constraints),
      nullable: !constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL'),
      ...(byDefault === undefined ? {} : { default: byDefault }),
      ...(statement.collClause === undefined
        ? {}
        : { collation: collationName(context.draft, statement.collClause.collname) }),
    },
  });
}

function checkCalls(constraints: readonly Constraint[]): readonly NamePath[] {
  return constraints.flatMap(({ contype, raw_expr }) =>
    contype === 'CONSTR_CHECK' ? functionsCalled(raw_expr) : [],
  );
}

export function alterDomain(context: Context, statement: AlterDomainStmt): void {
  const name = typeNameOf(context.draft, namePathOf(statement.typeName));
  const domain = context.draft.domains.get(name);
  if (!domain) return;
  const { default: _default, ...bare } = domain.type;
  if (statement.subtype === 'O')
    context.draft.domains.set(name, { type: { ...domain.type, nullable: false } });
  if (statement.subtype === 'N')
    context.draft.domains.set(name, { type: { ...domain.type, nullable: true } });
  if (statement.subtype === 'C') {
    const calls = [...(domain.type.domainCalls ?? []), ...checkCalls(constraintsOf([statement.def as Node]))];
    context.draft.domains.set(name, { type: { ...domain.type, domainCalls: calls } });
  }
  if (statement.subtype !== 'T') return;
  const text = expressionAfterWord(context.text, 'default', statement.def);
  const byDefault = statement.def && { kind: defaultKind(statement.def), text };
  context.draft.domains.set(name, { type: byDefault ? { ...bare, default: byDefault } : bare });
}

/** INSERT, UPDATE, DELETE and MERGE of PostgreSQL's parse tree → their neutral statements. */
import type {
  DeleteStmt,
  InferClause,
  InsertStmt,
  MergeStmt,
  MergeWhenClause,
  Node,
  OnConflictClause,
  ReturningClause,
  UpdateStmt,
} from 'libpg-query';
import { other } from '../build.js';
import type {
  Assignment,
  DeleteStatement,
  Expr,
  InsertStatement,
  MergeAction,
  MergeStatement,
  OnConflict,
  OutputItem,
  UpdateStatement,
} from '../tree.js';
import { holdsSubquery } from '../walk.js';
import { exprs, optionalExpr, outputItems } from './clauses.js';
import { assignedValue, indirectionParts } from './expressions.js';
import { bodyOf, type Translation, UntranslatableError } from './nodes.js';
import { fromItem, fromItems, tableItem } from './relations.js';
import { type TranslateData, withClause } from './selects.js';

export function insertStatement(insert: InsertStmt, t: Translation, data: TranslateData): InsertStatement {
  const select = insert.selectStmt === undefined ? undefined : bodyOf(insert.selectStmt, 'SelectStmt');
  const conflict = insert.onConflictClause;
  return {
    kind: 'insert',
    ...withClause(insert.withClause, t, data),
    table: tableItem(insert.relation),
    ...(insert.cols === undefined ? {} : { columns: targetNames(insert.cols, t) }),
    ...(insert.override === 'OVERRIDING_USER_VALUE' ? { overridingUserValue: true } : {}),
    ...(select === undefined ? {} : { source: t.select(select, t) }),
    ...(conflict === undefined ? {} : { onConflict: onConflict(conflict, t) }),
    returning: returningItems(insert.returningClause, t),
  };
}

export function updateStatement(update: UpdateStmt, t: Translation, data: TranslateData): UpdateStatement {
  return {
    kind: 'update',
    ...withClause(update.withClause, t, data),
    table: tableItem(update.relation),
    assignments: assignments(update.targetList, t),
    from: fromItems(update.fromClause, t),
    ...condition(update.whereClause, t),
    returning: returningItems(update.returningClause, t),
  };
}

export function deleteStatement(remove: DeleteStmt, t: Translation, data: TranslateData): DeleteStatement {
  return {
    kind: 'delete',
    ...withClause(remove.withClause, t, data),
    table: tableItem(remove.relation),
    using: fromItems(remove.usingClause, t),
    ...condition(remove.whereClause, t),
    returning: returningItems(remove.returningClause, t),
  };
}

export function mergeStatement(merge: MergeStmt, t: Translation, data: TranslateData): MergeStatement {
  return {
    kind: 'merge',
    ...withClause(merge.withClause, t, data),
    target: tableItem(merge.relation),
    source: fromItem(merge.sourceRelation, t),
    on: t.expr(merge.joinCondition, t),
    actions: (merge.mergeWhenClauses ?? []).map((node) =>
      mergeAction(bodyOf(node, 'MergeWhenClause') ?? {}, t),
    ),
    returning: returningItems(merge.returningClause, t),
  };
}

const occasions: Readonly<Record<string, MergeAction['when']>> = {
  MERGE_WHEN_MATCHED: 'matched',
  MERGE_WHEN_NOT_MATCHED_BY_SOURCE: 'notMatchedBySource',
  MERGE_WHEN_NOT_MATCHED_BY_TARGET: 'notMatchedByTarget',
};

const actions: Readonly<Record<string, MergeAction['action']>> = {
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
  CMD_NOTHING: 'nothing',
};

function mergeAction(clause: MergeWhenClause, t: Translation): MergeAction {
  const action = actions[clause.commandType ?? ''] ?? 'nothing';
  const when = occasions[clause.matchKind ?? ''] ?? 'matched';
  const guard = optionalExpr(clause.condition, t);
  const insert = action === 'insert';
  return {
    when,
    ...(guard === undefined ? {} : { condition: guard }),
    action,
    ...(insert && clause.targetList !== undefined ? { columns: targetNames(clause.targetList, t) } : {}),
    ...(insert && clause.override === 'OVERRIDING_USER_VALUE' ? { overridingUserValue: true } : {}),
    ...(insert && clause.values !== undefined ? { values: exprs(clause.values, t) } : {}),
    assignments: insert ? [] : assignments(clause.targetList, t),
  };
}

function condition(
  where: Node | undefined,
  t: Translation,
): { readonly where?: Expr; readonly currentOf: boolean } {
  if (where === undefined) return { currentOf: false };
  if ('CurrentOfExpr' in where) return { currentOf: true };
  return { where: t.expr(where, t), currentOf: false };
}

function assignments(nodes: readonly Node[] | undefined, t: Translation): readonly Assignment[] {
  return (nodes ?? []).map((node) => {
    const target = bodyOf(node, 'ResTarget') ?? {};
    return { column: target.name ?? '', value: assignedValue(target, t) };
  });
}

function targetNames(nodes: readonly Node[], t: Translation): readonly string[] {
  return nodes.map((node) => {
    const target = bodyOf(node, 'ResTarget') ?? {};
    // `(c[(SELECT …)])`: the tree has no place for it.
    if (indirectionParts(target.indirection ?? [], t).some(holdsSubquery))
      throw new UntranslatableError('a subquery in the column list of an INSERT');
    return target.name ?? '';
  });
}

function onConflict(clause: OnConflictClause, t: Translation): OnConflict {
  const where = optionalExpr(clause.whereClause, t);
  return {
    action: clause.action === 'ONCONFLICT_UPDATE' ? 'update' : 'nothing',
    ...conflictTarget(clause.infer, t),
    assignments: assignments(clause.targetList, t),
    ...(where === undefined ? {} : { where }),
  };
}

function conflictTarget(
  infer: InferClause | undefined,
  t: Translation,
): { readonly targetColumns: readonly Expr[]; readonly constraint?: string } {
  const targetColumns = (infer?.indexElems ?? []).map((node): Expr => {
    const element = bodyOf(node, 'IndexElem') ?? {};
    if (element.expr === undefined) return { kind: 'column', path: [element.name ?? ''] };
    return other('expression', [t.expr(element.expr, t)]);
  });
  return infer?.conname === undefined ? { targetColumns } : { targetColumns, constraint: infer.conname };
}

/** RETURNING WITH (OLD AS o, NEW AS n) only renames `old` and `new`: the list is read with their own names. */
function returningItems(clause: ReturningClause | undefined, t: Translation): readonly OutputItem[] {
  if (clause === undefined) return [];
  const outer = t.rowAliases;
  const options = (clause.options ?? []).map((node) => bodyOf(node, 'ReturningOption') ?? {});
  t.rowAliases = new Map(
    options.map((option) => [option.value ?? '', option.option === 'RETURNING_OPTION_OLD' ? 'old' : 'new']),
  );
  const items = outputItems(clause.exprs, t);
  t.rowAliases = outer;
  return items;
}

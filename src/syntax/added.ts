/**
 * Proof that an edited text says what it said before and one thing more: taking the addition out of the new tree gives the
 * old tree back. Says also whose clause was added to, because a condition means something else in another block.
 */
import type {
  DeleteStatement,
  Expr,
  FromItem,
  JoinItem,
  SelectCore,
  Statement,
  UpdateStatement,
} from './tree.js';

export type Owner = SelectCore | UpdateStatement | DeleteStatement | JoinItem;

const clauseOf: Readonly<Record<string, string>> = {
  core: 'where',
  update: 'where',
  delete: 'where',
  join: 'on',
};

/** Whose clause has the condition as its last one, beside all that the statement said before; undefined when anything else differs. */
export function ownerOfAdded(before: Statement, after: Statement, condition: Expr): Owner | undefined {
  const wanted = JSON.stringify(condition);
  const owners: Owner[] = [];
  const original = JSON.stringify(
    mapped(after, (node) => {
      const clause = clauseOf[String(node.kind)] ?? '';
      const said = node[clause] as Expr | undefined;
      if (said === undefined) return node;
      const left = without(said, wanted);
      if (left === said) return node;
      owners.push(node as unknown as Owner);
      const { [clause]: _taken, ...rest } = node;
      // In its place, so that both trees print alike.
      return left === undefined ? rest : { ...node, [clause]: left };
    }),
  );
  return owners.length === 1 && original === JSON.stringify(before) ? owners[0] : undefined;
}

/** Undefined when nothing is left. */
function without(said: Expr, wanted: string): Expr | undefined {
  if (JSON.stringify(said) === wanted) return undefined;
  if (said.kind !== 'and' || JSON.stringify(said.args.at(-1)) !== wanted) return said;
  const left = said.args.slice(0, -1);
  return left.length === 1 ? left[0] : { ...said, args: left };
}

/** Whether an INSERT differs by a last column and its value alone. */
export function addsColumn(before: Statement, after: Statement, column: string): boolean {
  if (after.kind !== 'insert' || after.columns?.at(-1) !== column || after.source === undefined) return false;
  const { body } = after.source;
  const shorter =
    body.kind === 'values'
      ? { ...body, rows: body.rows.map((row) => row.slice(0, -1)) }
      : body.kind === 'core'
        ? { ...body, output: body.output.slice(0, -1) }
        : body;
  const taken = { ...after, columns: after.columns.slice(0, -1), source: { ...after.source, body: shorter } };
  return JSON.stringify(taken) === JSON.stringify(before);
}

/** Whether the trees are one when parameter `from` is read as `to`. */
export function unitesParameters(before: Statement, after: Statement, from: number, to: number): boolean {
  const united = mapped(before, (node) =>
    node.kind === 'param' && node.number === from ? { ...node, number: to } : node,
  );
  return JSON.stringify(united) === JSON.stringify(after);
}

type Fields = { readonly [field: string]: unknown };

function mapped(node: unknown, change: (node: Fields) => Fields): unknown {
  if (Array.isArray(node)) return node.map((item) => mapped(item, change));
  if (typeof node !== 'object' || node === null) return node;
  const changed = change(node as Fields);
  return Object.fromEntries(Object.entries(changed).map(([field, value]) => [field, mapped(value, change)]));
}

/**
 * The names of tables, as the owner's clause knows them, whose rows it may restrict without changing which rows of others
 * remain: all of an inner join, in ON the side that an outer join fills up with NULLs, in WHERE the sides that it keeps.
 */
export function restrictable(owner: Owner): readonly string[] {
  switch (owner.kind) {
    case 'core':
      return owner.from.flatMap(kept);
    case 'update':
      return [owner.table, ...owner.from].flatMap(kept);
    case 'delete':
      return [owner.table, ...owner.using].flatMap(kept);
    case 'join':
      if (owner.join === 'inner') return [...kept(owner.left), ...kept(owner.right)];
      if (owner.join === 'left') return kept(owner.right);
      return owner.join === 'right' ? kept(owner.left) : [];
  }
}

function kept(item: FromItem): readonly string[] {
  switch (item.kind) {
    case 'table':
      return [item.alias?.name ?? item.name.at(-1) ?? ''];
    case 'derived':
    case 'function':
      return [];
    case 'join':
      return [
        ...(item.join === 'inner' || item.join === 'left' ? kept(item.left) : []),
        ...(item.join === 'inner' || item.join === 'right' ? kept(item.right) : []),
      ];
  }
}

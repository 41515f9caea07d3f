// What a part of a statement can name: the relations of its FROM, those of the queries around it, and the CTEs.
//
// A context is the same for a whole statement: { draw, schema, pinned, group, family, main, budget }; `budget.left` counts
// the relations that may still be made. A scope is of one query: { relations, outer, ctes }. A relation is { alias, columns },
// a column { name, family, group? }; `group` says that it carries keys of that co-location group.

/** @typedef {any} Context */
/** @typedef {{ relations: readonly any[], outer: Scope | undefined, ctes: readonly any[] }} Scope */

export const aliases = ['a', 'b', 'c', 'd'];

const spelled = (relation, column) => ({
  ...column,
  relation,
  sql: relation.alias === undefined ? column.name : `${relation.alias}.${column.name}`,
});

/** @returns columns of this query's own FROM */
export function ownColumns({ draw }, { relations }) {
  const all = relations.flatMap((relation) => relation.columns.map((column) => spelled(relation, column)));
  if (relations.some(({ merged }) => merged) || relations.some(({ alias }) => alias === undefined))
    return all;
  const isOnly = ({ name }) =>
    all.filter((other) => other.name === name).length === 1 && !aliases.includes(name);
  return all.map((column) => {
    if (draw.chance(0.02)) return { ...column, sql: `(${column.relation.alias}).${column.name}` };
    return isOnly(column) && draw.chance(0.15) ? { ...column, sql: column.name } : column;
  });
}

/** @returns columns of the queries around it that no alias hides */
export function outerColumns({ relations, outer }) {
  const hidden = new Set(relations.map(({ alias }) => alias));
  const found = [];
  for (let scope = outer; scope !== undefined; scope = scope.outer) {
    const visible = scope.relations.filter(({ alias }) => alias !== undefined && !hidden.has(alias));
    found.push(...visible.flatMap((relation) => relation.columns.map((column) => spelled(relation, column))));
    for (const { alias } of scope.relations) hidden.add(alias);
  }
  return found;
}

export const ofFamily = (columns, family) => columns.filter((column) => column.family === family);
export const keysOf = ({ group }, columns) => columns.filter((column) => column.group === group);

/** The scope of a query inside another one. @returns {Scope} */
export const inside = (scope) => ({ relations: [], outer: scope, ctes: scope.ctes });
/** The scope of a query that sees nothing of its neighbours. @returns {Scope} */
export const beside = (scope) => ({ relations: [], outer: scope.outer, ctes: scope.ctes });

/** Tables and views that a statement names itself, wherever; what views and functions read is not among them. */

import { type DataStatement, type FromItem, type Statement, walkStatements } from '../../syntax/index.js';

/** Bare names, names of CTEs among them. */
export function relationsNamed(tree: Statement): readonly string[] {
  const found = new Set<string>();
  const add = (path: readonly string[]): void => {
    const bare = path.at(-1);
    if (bare !== undefined) found.add(bare);
  };
  const addItem = (item: FromItem): void => {
    if (item.kind === 'table') add(item.name);
    if (item.kind !== 'join') return;
    addItem(item.left);
    addItem(item.right);
  };
  if (tree.kind === 'utility') for (const table of tree.tables) add(table);
  walkStatements(tree, (statement) => {
    for (const item of itemsOf(statement)) addItem(item);
  });
  return [...found];
}

function itemsOf(statement: DataStatement): readonly FromItem[] {
  switch (statement.kind) {
    case 'select':
      return statement.body.kind === 'core' ? statement.body.from : [];
    case 'insert':
      return [statement.table];
    case 'update':
      return [statement.table, ...statement.from];
    case 'delete':
      return [statement.table, ...statement.using];
    case 'merge':
      return [statement.target, statement.source];
  }
}

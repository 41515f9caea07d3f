/** CREATE OPERATOR: a symbol that calls a function. What is dropped stays known: a use of it is looked at once too often. */

import type { DefineStmt } from 'libpg-query';
import type { Draft } from './draft.js';
import { itemsOf, namePathOf } from './nodes.js';

export function createOperator(draft: Draft, statement: DefineStmt): void {
  const symbol = namePathOf(statement.defnames).at(-1) ?? '';
  const called = (statement.definition ?? []).flatMap((node) => {
    if (!('DefElem' in node) || !/^(function|procedure)$/i.test(node.DefElem.defname ?? '')) return [];
    const { arg } = node.DefElem;
    return [namePathOf(arg && 'TypeName' in arg ? arg.TypeName.names : itemsOf(arg))];
  });
  draft.operators.set(symbol, [...(draft.operators.get(symbol) ?? []), ...called]);
}

/** VALUES: rows of constants. */

import type { ValuesBody } from '../syntax/index.js';
import { addFlow, emptyBlock, fillBlock, newNode, newOwner, nodeAt, reserveBlock } from './builder.js';
import type { Context, Env } from './context.js';
import { listOfConstants, visitAll } from './expressions.js';
import { nothingExported, type Resolved } from './outputs.js';
import { type ColumnRef, type NamedColumn, opaqueColumn } from './scope.js';

/** One row is a row of constants; of several rows each column is a list. */
export function resolveValues(context: Context, body: ValuesBody, env: Env): Resolved {
  const { builder } = context;
  const block = reserveBlock(builder);
  const owner = newOwner(builder);
  visitAll(context, body.rows.flat(), env);
  const width = body.rows[0]?.length ?? 0;
  const outputs = Array.from({ length: width }, (_, index): NamedColumn => {
    let made: ColumnRef | undefined;
    return {
      name: `column${index + 1}`,
      column: () => {
        made ??= valuesColumn(context, body, index, owner);
        return made;
      },
    };
  });
  fillBlock(builder, emptyBlock(block));
  return {
    block,
    outputs: () => outputs,
    openStars: () => [],
    allowsIn: () => false,
    nullExtends: () => false,
    exported: nothingExported,
  };
}

function valuesColumn(context: Context, body: ValuesBody, index: number, owner: number): ColumnRef {
  const { builder } = context;
  const list = listOfConstants(
    builder,
    body.rows.map((row) => row[index]),
  );
  if (list === undefined) return opaqueColumn;
  const node = newNode(builder, { owner, family: nodeAt(builder, list).family, label: `column${index + 1}` });
  addFlow(builder, [list], node);
  return { node };
}

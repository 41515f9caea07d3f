/** UNION, INTERSECT, EXCEPT: what is known of their columns, and what they let pass. */

import type { NodeId } from '../model/index.js';
import type { SelectStatement, SetOperation } from '../syntax/index.js';
import {
  addFlow,
  type Builder,
  emptyBlock,
  fillBlock,
  newNode,
  newOwner,
  nodeAt,
  noOwner,
  reserveBlock,
} from './builder.js';
import type { Context, Env } from './context.js';
import { visitAll } from './expressions.js';
import { isNullExtended, nothingExported, type Resolved } from './outputs.js';
import { type ColumnRef, type NamedColumn, opaqueColumn, unknownColumns } from './scope.js';

/** An output column is known only where every arm knows it; what is known outside passes into each arm that lets it. */
export function resolveSetOperation(
  context: Context,
  statement: SelectStatement,
  body: SetOperation,
  env: Env,
): Resolved {
  const { builder } = context;
  const block = reserveBlock(builder);
  const arms = [body.left, body.right].map((arm) => context.resolveSelect(context, arm, env));
  visitAll(
    context,
    statement.orderBy.filter((expr) => expr.kind !== 'column'),
    env,
  );
  const owner = newOwner(builder);
  const positionsKnown = arms.every((arm) => arm.openStars().length === 0);
  const columns = arms[0]?.outputs() ?? [];
  const outputs = columns.map((output, index): NamedColumn => {
    let made: ColumnRef | undefined;
    const column = () => {
      made ??= positionsKnown ? armsColumn(context, arms, index, owner, output.name ?? '?') : opaqueColumn;
      return made;
    };
    return { ...output, column };
  });
  const limited = statement.limit !== undefined || statement.offset !== undefined;
  fillBlock(builder, {
    ...emptyBlock(block),
    shape: body.operation,
    all: body.all,
    arms: arms.map((arm) => arm.block),
    distinct: !body.all,
    limited,
    outputs:
      body.operation === 'union' && body.all
        ? []
        : outputs.map(({ column }) => certainNode(builder, column())),
  });
  const allowsIn = limited ? () => false : () => true;
  return {
    block,
    outputs: () => outputs,
    openStars: () => (positionsKnown ? [] : [unknownColumns]),
    allowsIn,
    nullExtends: () => false,
    exported: nothingExported,
  };
}

function certainNode(builder: Builder, { node }: ColumnRef): NodeId | undefined {
  return node === undefined || nodeAt(builder, node).nullExtended === true ? undefined : node;
}

function armsColumn(
  context: Context,
  arms: readonly Resolved[],
  index: number,
  owner: number,
  name: string,
): ColumnRef {
  const { builder } = context;
  const inside = arms.map((arm) => arm.outputs()[index]?.column().node);
  const nodes = inside.filter((node) => node !== undefined);
  const first = nodes[0];
  if (nodes.length !== arms.length || first === undefined) return opaqueColumn;
  const families = new Set(
    nodes.map((node) => nodeAt(builder, node).family).filter((family) => family !== 'unknown'),
  );
  if (families.size > 1) return opaqueColumn;
  const family = [...families][0] ?? 'unknown';
  const nullExtended = arms.some((arm, position) => isNullExtended(builder, arm, nodes[position] ?? first));
  const node = newNode(builder, { owner, family, label: name, ...(nullExtended ? { nullExtended } : {}) });
  addFlow(builder, nodes, node);
  arms.forEach((arm, position) => {
    const below = nodes[position];
    if (below === undefined || nodeAt(builder, below).owner === noOwner) return;
    if (arm.allowsIn(below)) addFlow(builder, [node], below);
  });
  return { node };
}

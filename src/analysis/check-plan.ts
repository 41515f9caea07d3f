/** A plan held against the schema it is used with: a key that is not there, or of another type, would route by a wrong hash. */

import { columnOf, keyTypeOf } from '../catalog/index.js';
import {
  type Catalog,
  type Note,
  type Placements,
  percent,
  type ShardedPlacement,
  type ShardPlan,
  type TableName,
  UserError,
} from '../model/index.js';
import { keyFamilyOf } from '../topology/index.js';

/** @throws UserError bad-plan: a key's column or type contradicts the schema. */
export function checkPlan(placements: Placements, catalog: Catalog): void {
  for (const [table, placement] of placements) {
    if (placement.placement === 'sharded') checkKey(table, placement, catalog);
  }
}

const MOST_NAMES = 5;

/** @throws UserError bad-plan: a table of the schema or the workload has no placement. */
export function refuseUnplaced(placements: Placements, known: Iterable<TableName>): void {
  const fresh = [...known].filter((table) => !placements.has(table));
  if (fresh.length === 0) return;
  const more = fresh.length > MOST_NAMES ? ` and ${fresh.length - MOST_NAMES} more` : '';
  throw wrong(`the plan is out of date: it does not place ${fresh.slice(0, MOST_NAMES).join(', ')}${more}`);
}

/** What a plan places and nobody has any more is left out, and said. */
export function goneNotes(placements: Placements, known: readonly TableName[]): readonly Note[] {
  const gone = [...placements.keys()].filter((table) => !known.includes(table));
  if (gone.length === 0) return [];
  return [
    {
      code: 'plan-table-gone',
      message: `The plan names tables that neither the schema nor the workload has; they are left out: ${gone.join(', ')}.`,
    },
  ];
}

/** What a plan claims of itself is that of other inputs: said, since nothing of the claims is used. */
export function claimNotes(
  claimed: Partial<Pick<ShardPlan, 'score' | 'certificate'>>,
  now: ShardPlan,
): readonly Note[] {
  const differs = (one: number | undefined, other: number): boolean =>
    one !== undefined && Math.abs(one - other) > SIX_DECIMALS * Math.max(1, Math.abs(other));
  const share = claimed.score?.singleShardShare;
  const cost = claimed.certificate?.cost;
  if (!differs(share, now.score.singleShardShare) && !differs(cost, now.certificate.cost)) return [];
  const was =
    share === undefined
      ? ''
      : ` It claims ${percent(share)} on one shard; here it is ${percent(now.score.singleShardShare)}.`;
  return [
    {
      code: 'plan-claims-differ',
      message: `The plan was made from other exports, another schema or other settings than these.${was}`,
    },
  ];
}

/** As files have them. */
const SIX_DECIMALS = 1e-6;

function checkKey(table: TableName, { key, keyType, addKey }: ShardedPlacement, catalog: Catalog): void {
  const known = catalog.tables.get(table);
  if (known === undefined || !known.columnsComplete || addKey !== undefined) return;
  const column = columnOf(known, key);
  if (column === undefined)
    throw wrong(`${table} is sharded by ${key}, a column that the schema does not have`);
  const type = keyTypeOf(column);
  if (keyType === undefined || type === undefined || keyFamilyOf(type) === keyFamilyOf(keyType)) return;
  throw wrong(`${table}.${key} is ${keyType} in the plan and ${type} in the schema: they hash differently`);
}

function wrong(message: string): UserError {
  return new UserError(
    'bad-plan',
    message,
    'Mend the plan, or make it again with "shardwright analyze --out".',
  );
}

/** What several rules ask of the input, worked out once: statements by fingerprint, who crosses, which tables are to blame. */

import { resolveParent } from '../catalog/index.js';
import {
  type BaselineStatement,
  byCodeUnit,
  isOnOneDatabase,
  type SourceRef,
  type TableName,
  type VerdictKind,
  verdictKinds,
} from '../model/index.js';
import type { GateInput, GateStatement } from './input.js';
import { staleTables } from './stale.js';

export interface GateContext extends GateInput {
  /** Heaviest first. */
  readonly shapes: readonly Shape[];
  /** Weight of all that touches the sharded database: what shares are of. */
  readonly shardedWeight: number;
  /** Tables of which the plan no longer holds: what their statements need has another cause than the statement. */
  readonly stale: ReadonlySet<TableName>;
  /** Those whose key column is gone: no statement can give it, whatever its author does. */
  readonly keyless: ReadonlySet<TableName>;
  /** Statements of the baseline that are not here any more, by their tables. */
  readonly goneByTables: ReadonlyMap<string, readonly BaselineStatement[]>;
  readonly shareOf: (weight: number) => number;
  /** The table's line in the schema, else that of the heaviest statement on it, else the plan. */
  readonly placeOf: (table: TableName) => SourceRef;
  /** Only exports count calls; of .sql files nothing can be concluded from shares. */
  readonly isMeasured: boolean;
}

/** Statements with one fingerprint. */
export interface Shape {
  readonly fingerprint: string;
  /** The heaviest of those with the worst verdict. */
  readonly face: GateStatement;
  readonly weight: number;
  /** What the baseline has of it. */
  readonly known?: BaselineStatement;
}

export function crosses({ face }: Shape): boolean {
  return !isOnOneDatabase(face.verdict.verdict);
}

/** It crosses now, and what it needed before was less. */
export function isWorse(now: VerdictKind, before: VerdictKind): boolean {
  return !isOnOneDatabase(now) && verdictKinds.indexOf(now) > verdictKinds.indexOf(before);
}

/** What it needs is due to a key column that is gone, and said with that. */
export function isKeyless({ keyless }: GateContext, { face }: Shape): boolean {
  return face.verdict.tables.some((table) => keyless.has(table));
}

/** Nothing for a statement that nobody has counted. */
export function shareOfShape(
  { isMeasured, shareOf }: GateContext,
  { face, weight }: Shape,
): { readonly share?: number } {
  return isMeasured && face.calls > 0 ? { share: shareOf(weight) } : {};
}

/** The application can see to it that the values are equal; only nobody has proven it. Much of that is too much. */
export function isOnlyWarnedOf(context: GateContext, shape: Shape): boolean {
  const { share = 0 } = shareOfShape(context, shape);
  return shape.face.verdict.verdict === 'conditional' && share <= context.settings.tolerance;
}

/** The baseline does not have it; without a baseline, an export is all that is known, and query files may hold more. */
export function isNew({ baseline }: GateContext, { known, face }: Shape): boolean {
  return baseline === undefined ? face.calls === 0 : known === undefined;
}

export function contextOf(input: GateInput): GateContext {
  const shapes = shapesOf(input);
  const stale = staleTables(input);
  const shardedWeight = shapes.reduce(
    (sum, { face, weight }) => (isOfShardedDatabase(face) ? sum + weight : sum),
    0,
  );
  return {
    ...input,
    shapes,
    shardedWeight,
    stale: new Set(stale.map(({ table }) => table)),
    keyless: new Set(stale.filter(({ kind }) => kind.endsWith('-gone')).map(({ table }) => table)),
    goneByTables: goneByTables(input, shapes),
    shareOf: (weight) => (shardedWeight === 0 ? 0 : Math.min(1, weight / shardedWeight)),
    placeOf: (table) => placeOf(input, shapes, table),
    isMeasured: input.coverage !== undefined,
  };
}

function goneByTables({ baseline }: GateInput, shapes: readonly Shape[]): GateContext['goneByTables'] {
  const here = new Set(shapes.map(({ fingerprint }) => fingerprint));
  const gone = new Map<string, BaselineStatement[]>();
  for (const statement of baseline?.statements.values() ?? []) {
    if (here.has(statement.fingerprint)) continue;
    const tables = statement.tables.join();
    const known = gone.get(tables);
    if (known === undefined) gone.set(tables, [statement]);
    else known.push(statement);
  }
  return gone;
}

function isOfShardedDatabase({ verdict }: GateStatement): boolean {
  return verdict.verdict !== 'tableless' && verdict.verdict !== 'unsharded';
}

function shapesOf({ statements, baseline }: GateInput): readonly Shape[] {
  const groups = new Map<string, GateStatement[]>();
  for (const statement of [...statements].sort(worstFirst)) {
    const group = groups.get(statement.fingerprint);
    if (group === undefined) groups.set(statement.fingerprint, [statement]);
    else group.push(statement);
  }
  return [...groups]
    .map(([fingerprint, group]): Shape => {
      const known = baseline?.statements.get(fingerprint);
      return {
        fingerprint,
        face: group[0] as GateStatement,
        weight: group.reduce((sum, { weight }) => sum + weight, 0),
        ...(known === undefined ? {} : { known }),
      };
    })
    .sort((a, b) => b.weight - a.weight || byCodeUnit(a.fingerprint, b.fingerprint));
}

function worstFirst(a: GateStatement, b: GateStatement): number {
  return (
    verdictKinds.indexOf(b.verdict.verdict) - verdictKinds.indexOf(a.verdict.verdict) ||
    b.weight - a.weight ||
    byCodeUnit(a.id, b.id)
  );
}

function placeOf({ catalog, plan }: GateInput, shapes: readonly Shape[], table: TableName): SourceRef {
  const declared = catalog.tables.get(resolveParent(catalog, table)) ?? catalog.tables.get(table);
  const touching = shapes.find(({ face }) => face.verdict.tables.includes(table));
  return declared?.source ?? touching?.face.source ?? { file: plan.file, line: 1 };
}

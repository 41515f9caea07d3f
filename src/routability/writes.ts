/** What a write to a sharded table needs beside its pin: a key that is given, never changed, and guarded by its unique index. */

import type { Blocker, ShardedPlacement, VerdictKind, Write } from '../model/index.js';
import { pathColumn } from './added-keys.js';
import type { Analysis, Sharded } from './analysis.js';

export interface WriteProblem {
  readonly verdict: VerdictKind;
  readonly because: readonly string[];
  readonly blocker: Blocker;
  /** Decides whatever else holds; otherwise it only excludes what needs one shard. */
  readonly final: boolean;
}

/** Gravest first. */
const gravity: readonly VerdictKind[] = ['unroutable', 'unknown', 'cross-shard', 'conditional'];

/** The gravest problem of the statement's writes, if there is one. */
export function writeProblem(analysis: Analysis, sharded: readonly Sharded[]): WriteProblem | undefined {
  const problems = analysis.query.writes.flatMap((write) => {
    const target = sharded.find(({ instance }) => instance.id === write.instance);
    const problem =
      target === undefined ? undefined : problemOf(write, target.placement, target.instance.label);
    return problem === undefined ? [] : [problem];
  });
  return [...problems].sort((a, b) => gravity.indexOf(a.verdict) - gravity.indexOf(b.verdict))[0];
}

export function problemOf(
  write: Write,
  placement: ShardedPlacement,
  label: string,
): WriteProblem | undefined {
  return (
    keyChanged(write, placement, label) ??
    keyMissing(write, placement, label) ??
    triggered(write, placement) ??
    conflict(write, placement, label)
  );
}

/** The columns that decide the key: the key itself, or what an added key hangs on. */
function deciding(placement: ShardedPlacement): readonly string[] {
  const path = pathColumn(placement);
  return path === undefined ? [placement.key] : [placement.key, path];
}

function keyChanged(write: Write, placement: ShardedPlacement, label: string): WriteProblem | undefined {
  const changed = deciding(placement).find((column) => write.setColumns.includes(column));
  if (changed === undefined) return undefined;
  return {
    verdict: 'unroutable',
    because: [`it sets ${label}.${changed}, which decides the shard`],
    blocker: 'key-updated',
    final: true,
  };
}

function keyMissing(write: Write, placement: ShardedPlacement, label: string): WriteProblem | undefined {
  if (write.kind !== 'insert') return undefined;
  const { givenColumns } = write;
  if (givenColumns === undefined) {
    const because = [`which columns of ${write.table} it fills is not known: list them, or give the schema`];
    return { verdict: 'unroutable', because, blocker: 'insert-without-key', final: true };
  }
  const isGiven = (column: string) =>
    givenColumns.includes(column) && !write.generatedColumns.includes(column);
  if (isGiven(placement.key)) return undefined;
  const because = [
    write.generatedColumns.includes(placement.key)
      ? `the server makes the value of ${label}.${placement.key}`
      : `it gives no value for ${label}.${placement.key}`,
  ];
  const path = pathColumn(placement);
  // The column is new: the INSERT will have to pass it, and can.
  if (path !== undefined && isGiven(path)) {
    return { verdict: 'conditional', because, blocker: 'key-passed-by-path', final: false };
  }
  return { verdict: 'unroutable', because, blocker: 'insert-without-key', final: true };
}

function triggered(write: Write, placement: ShardedPlacement): WriteProblem | undefined {
  const { triggerColumns } = write;
  if (triggerColumns !== 'any' && !deciding(placement).some((column) => triggerColumns.includes(column)))
    return undefined;
  const because = [`a BEFORE trigger of ${write.table} may change ${placement.key}`];
  return { verdict: 'unknown', because, blocker: 'unseen-code', final: true };
}

/** A conflict is looked for on one shard alone: the unique index must hold the key, or equal rows could lie elsewhere. */
function conflict(write: Write, placement: ShardedPlacement, label: string): WriteProblem | undefined {
  if (write.arbiters === undefined) return undefined;
  const guarded =
    write.arbiters !== 'unknown' &&
    write.arbiters.every((columns) => deciding(placement).some((column) => columns.includes(column)));
  if (guarded) return undefined;
  const because = [
    write.arbiters === 'unknown'
      ? `the unique indexes that ON CONFLICT asks are not known`
      : `ON CONFLICT asks a unique index of ${label} without ${placement.key}: an equal row may lie on another shard`,
  ];
  return { verdict: 'cross-shard', because, blocker: 'unique-without-key', final: false };
}

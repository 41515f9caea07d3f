/**
 * Workload → trees, one at a time: every statement is read, set apart, or counted as unreadable with its place. Nobody keeps
 * the trees: those of a big export would fill the memory.
 */

import type { WorkloadStatement } from '../model/index.js';
import type { Reader, Statement } from '../syntax/index.js';
import { isHarmlessCommand, kindOfStatement } from '../workload/index.js';

export interface UnreadStatement {
  readonly source: WorkloadStatement;
  readonly reason: string;
}

export interface ReadTree {
  readonly source: WorkloadStatement;
  readonly tree: Statement;
  /** Trees of one likeness differ in nothing but the plain columns that they begin by selecting. */
  readonly likeness: string | undefined;
}

export type ReadStatement =
  | ({ readonly kind: 'application' } & ReadTree)
  | { readonly kind: 'utility' | 'foreignKeyCheck'; readonly source: WorkloadStatement }
  | ({ readonly kind: 'truncated' | 'unparsed' } & UnreadStatement);

export function* readStatements(
  statements: readonly WorkloadStatement[],
  reader: Reader,
): Generator<ReadStatement> {
  for (const source of statements) yield readStatement(source, reader);
}

function readStatement(source: WorkloadStatement, reader: Reader): ReadStatement {
  // What was cut off could have been a condition: even if the rest parses, it is another statement.
  if (source.truncated) return { kind: 'truncated', source, reason: 'the text is cut off' };
  const result = reader.read(source.text);
  if (!result.ok) {
    if (isHarmlessCommand(source.text)) return { kind: 'utility', source };
    return { kind: 'unparsed', source, reason: result.reason };
  }
  const { statement, likeness } = result;
  const kind = kindOfStatement(statement, source.text);
  return kind === 'application' ? { kind, source, tree: statement, likeness } : { kind, source };
}

/** The trees of the application's statements, for who needs to see all of them once. */
export function* treesOf(statements: readonly WorkloadStatement[], reader: Reader): Generator<Statement> {
  for (const read of readStatements(statements, reader)) if (read.kind === 'application') yield read.tree;
}

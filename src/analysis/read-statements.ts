/** Workload → trees: every statement is read, set apart, or counted as unreadable with its place. */

import type { WorkloadStatement } from '../model/index.js';
import type { Reader, Statement } from '../syntax/index.js';
import { isHarmlessCommand, kindOfStatement } from '../workload/index.js';

export interface ReadableStatement {
  readonly source: WorkloadStatement;
  readonly tree: Statement;
}

export interface UnreadStatement {
  readonly source: WorkloadStatement;
  readonly reason: string;
}

export interface ReadStatements {
  readonly application: readonly ReadableStatement[];
  readonly utility: readonly WorkloadStatement[];
  readonly foreignKeyChecks: readonly WorkloadStatement[];
  readonly truncated: readonly UnreadStatement[];
  readonly unparsed: readonly UnreadStatement[];
}

export function readStatements(statements: readonly WorkloadStatement[], reader: Reader): ReadStatements {
  const application: ReadableStatement[] = [];
  const utility: WorkloadStatement[] = [];
  const foreignKeyChecks: WorkloadStatement[] = [];
  const truncated: UnreadStatement[] = [];
  const unparsed: UnreadStatement[] = [];
  for (const source of statements) {
    if (source.truncated) {
      // What was cut off could have been a condition: even if the rest parses, it is another statement.
      truncated.push({ source, reason: 'the text is cut off' });
      continue;
    }
    const result = reader.read(source.text);
    if (!result.ok) {
      if (isHarmlessCommand(source.text)) utility.push(source);
      else unparsed.push({ source, reason: result.reason });
    } else {
      const kind = kindOfStatement(result.statement, source.text);
      if (kind === 'application') application.push({ source, tree: result.statement });
      else (kind === 'utility' ? utility : foreignKeyChecks).push(source);
    }
  }
  return { application, utility, foreignKeyChecks, truncated, unparsed };
}

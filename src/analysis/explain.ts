/** One statement or table of an analysis, found by what people call it, with the steps behind its verdict. */

import { nearMiss } from '../config/index.js';
import {
  type AnalysisResult,
  type Explanation,
  type Query,
  type StatementReport,
  type TableReport,
  UserError,
} from '../model/index.js';
import { proofOf } from '../routability/index.js';

/**
 * `subject`: a statement's id or queryid, or a table; its schema may be left out where only one table has the name.
 * @throws UserError bad-option: nothing or several things are called so
 */
export function explain(
  subject: string,
  result: AnalysisResult,
  queryOf: (id: string) => Query | undefined,
): Explanation {
  const statement = result.statements.find(({ id, queryId }) => id === subject || queryId === subject);
  if (statement !== undefined) return explainStatement(statement, result, queryOf(statement.id));
  const table = tableCalled(subject, result);
  const touching = result.statements.filter(({ verdict }) => verdict.tables.includes(table.name));
  return { kind: 'table', table, statements: touching };
}

function explainStatement(
  statement: StatementReport,
  { plan }: AnalysisResult,
  query: Query | undefined,
): Explanation {
  return {
    kind: 'statement',
    statement,
    ...(query === undefined ? {} : { proof: proofOf(query, plan.tables) }),
  };
}

function tableCalled(subject: string, { tables }: AnalysisResult): TableReport {
  const bare = (table: TableReport): string => table.name.slice(table.name.indexOf('.') + 1);
  const exact = tables.find(({ name }) => name === subject);
  const fitting = exact === undefined ? tables.filter((table) => bare(table) === subject) : [exact];
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  if (fitting.length > 1) {
    throw new UserError(
      'bad-option',
      `${subject}: several tables have this name`,
      `Write it with its schema: ${fitting.map(({ name }) => name).join(', ')}.`,
    );
  }
  const close = nearMiss(subject, [...tables.map(({ name }) => name), ...tables.map(bare)]);
  throw new UserError(
    'bad-option',
    `the workload has no statement and no table called ${subject}`,
    close === undefined
      ? 'Give an id or queryid of analysis.json, a table, or a rule of "shardwright check".'
      : `Did you mean ${close}?`,
  );
}

/**
 * Texts of a log → statements with their verdict, each shape judged once. A logged text has its literals: they are taken
 * out as the export's were, and become the parameters that the execution ran with.
 */

import type { Catalog, Placements, TableName, Verdict, WorkloadStatement } from '../../model/index.js';
import { classifyStatement } from '../../routability/index.js';
import { type ResolveSettings, resolveStatement } from '../../sql/index.js';
import { normaliseText, type Reader } from '../../syntax/index.js';
import { digest, isHarmlessCommand, kindOfStatement, statementId } from '../../workload/index.js';
import { unreadVerdict } from '../judged.js';
import { type Control, controlOf } from './control.js';
import { literalValue } from './literals.js';

export interface LoggedStatement {
  /** The export's id where it has the statement. */
  readonly id: string;
  readonly inExport: boolean;
  /** Printable. */
  readonly text: string;
  /** Undefined for what touches no table of its own accord. */
  readonly verdict?: Verdict;
  readonly control?: Control;
  /** Of the tables of the verdict, the ones in the plan. */
  readonly tables: readonly TableName[];
}

export interface Execution {
  readonly statement: LoggedStatement;
  /** At n − 1 the value of `$n`. In memory only. */
  readonly values: readonly (string | undefined)[];
}

export interface LoggedStatementsInput {
  readonly statements: readonly WorkloadStatement[];
  readonly catalog: Catalog;
  readonly placements: Placements;
  readonly reader: Reader;
  readonly resolving: ResolveSettings;
  /** Ids of the export's statements that touch application tables. */
  readonly applicationIds: ReadonlySet<string>;
}

/** Bounds the memory when a log has ever new texts. */
const mostRemembered = 20_000;

export function loggedStatements(input: LoggedStatementsInput) {
  const exported = exportedStatements(input.statements);
  const byText = new Map<string, LoggedStatement>();
  return (sql: string, parameters: readonly (string | undefined)[], database: string): Execution => {
    const literals: string[] = [];
    const normalised = normaliseText(sql, literals);
    const key = `${database}\n${normalised.text}`;
    let statement = byText.get(key);
    if (statement === undefined) {
      statement = judged(normalised, exported(normalised.identity, database), input);
      if (byText.size >= mostRemembered) byText.clear();
      byText.set(key, statement);
    }
    return { statement, values: valuesOf(normalised.text, parameters, literals) };
  };
}

/** The first literal is numbered after the highest parameter. */
function valuesOf(
  text: string,
  parameters: readonly (string | undefined)[],
  literals: readonly string[],
): readonly (string | undefined)[] {
  if (literals.length === 0) return parameters;
  let highest = 0;
  for (const [, number] of text.matchAll(/\$(\d+)/g)) highest = Math.max(highest, Number(number));
  const values = parameters.slice(0, highest - literals.length);
  for (const [at, literal] of literals.entries())
    values[highest - literals.length + at] = literalValue(literal);
  return values;
}

function judged(
  { text, identity, truncated }: ReturnType<typeof normaliseText>,
  known: WorkloadStatement | undefined,
  { reader, catalog, resolving, placements }: LoggedStatementsInput,
): LoggedStatement {
  const control = controlOf(text);
  const verdict =
    control === undefined ? verdictOf(text, truncated, reader, catalog, resolving, placements) : undefined;
  return {
    id: known?.id ?? statementId(digest(`\n${identity}`)),
    inExport: known !== undefined,
    text,
    tables: (verdict?.tables ?? []).filter((table) => placements.has(table)),
    ...(verdict === undefined ? {} : { verdict }),
    ...(control === undefined ? {} : { control }),
  };
}

function verdictOf(
  text: string,
  truncated: boolean,
  reader: Reader,
  catalog: Catalog,
  resolving: ResolveSettings,
  placements: Placements,
): Verdict | undefined {
  // PREPARE runs nothing; its EXECUTE will say what.
  if (/^prepare\b/i.test(text)) return undefined;
  if (truncated) return unreadVerdict('the text is cut off');
  const read = reader.read(text);
  if (!read.ok) return isHarmlessCommand(text) ? undefined : unreadVerdict(read.reason);
  if (kindOfStatement(read.statement, text) !== 'application') return undefined;
  const query = resolveStatement(read.statement, catalog, resolving);
  const touches = query.tables.length > 0 || query.unseen.length > 0;
  return touches ? classifyStatement(query, placements) : undefined;
}

// ── which statement of the export it is ──────────────────────────────────────────────────────────────────────────────

function exportedStatements(
  statements: readonly WorkloadStatement[],
): (identity: string, database: string) => WorkloadStatement | undefined {
  const byIdentity = new Map<string, WorkloadStatement[]>();
  const bySquashed = new Map<string, WorkloadStatement[]>();
  for (const statement of statements) {
    const { identity } = normaliseText(statement.text);
    add(byIdentity, identity, statement);
    add(bySquashed, squashed(identity), statement);
  }
  return (identity, database) => {
    const same = byIdentity.get(identity) ?? bySquashed.get(squashed(identity)) ?? [];
    return same.find((statement) => statement.database === database) ?? same[0];
  };
}

function add(to: Map<string, WorkloadStatement[]>, key: string, statement: WorkloadStatement): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, [statement]);
  else known.push(statement);
}

const list = /(\bin \(|\barray \[) ?\$\d+(?: , \$\d+)*(?: ?\/\*, \.\.\. \*\/)? ?([)\]])/g;

/** Lists of any length alike, as PostgreSQL 18 writes them, and parameters numbered anew. */
function squashed(identity: string): string {
  const numbers = new Map<string, string>();
  const without = identity.replace(list, '$1 … $2');
  return without.replace(/\$\d+/g, (number) => {
    const known = numbers.get(number) ?? `$${numbers.size + 1}`;
    numbers.set(number, known);
    return known;
  });
}

/**
 * Which columns of NEW a PL/pgSQL trigger function may set, and whether it sets anything of OLD. Read from the parser's own
 * tree: a target hides behind ALIAS FOR, in INTO lists, FOR loops and FETCH, and a word in a string is none.
 */

import { parsePlPgSQLSync } from 'libpg-query';
import type { RowTargets } from '../../model/index.js';

type Json = { readonly [key: string]: unknown };

const anything: RowTargets = { newColumns: 'any', oldRow: true };

export function rowTargetsOf(body: string): RowTargets {
  let tag = 'routine';
  while (body.includes(`$${tag}$`)) tag += '_';
  try {
    const text = `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $${tag}$${body}$${tag}$`;
    const parsed = parsePlPgSQLSync(text) as { plpgsql_funcs?: readonly { PLpgSQL_function: Json }[] };
    const routine = parsed.plpgsql_funcs?.[0]?.PLpgSQL_function;
    return routine === undefined ? anything : targetsIn(routine);
  } catch {
    return anything;
  }
}

function targetsIn({ datums, action }: Json): RowTargets {
  const variables = (datums ?? []) as readonly Json[];
  const called = (name: string) =>
    variables.flatMap((one, at) => (Object.values(one as object)[0]?.refname === name ? [at] : []));
  const [[newRow, ...otherNew], [oldRow, ...otherOld]] = [called('new'), called('old')];
  // A variable of the same name: which of them a text means depends on where it stands.
  if (newRow === undefined || oldRow === undefined || otherNew.length + otherOld.length > 0) return anything;
  const found: Found = { numbers: new Set(), isOpen: false, rows: [newRow, oldRow] };
  collect(action, found);
  const columnsOf = (row: number) =>
    [...found.numbers].flatMap((number) => {
      const field = variables[number]?.PLpgSQL_recfield as Json | undefined;
      return field !== undefined && (field.recparentno ?? 0) === row ? [String(field.fieldname)] : [];
    });
  return {
    newColumns: found.isOpen || found.numbers.has(newRow) ? 'any' : [...new Set(columnsOf(newRow))].sort(),
    oldRow: found.isOpen || found.numbers.has(oldRow) || columnsOf(oldRow).length > 0,
  };
}

interface Found {
  /** Of the variables that are assigned. */
  readonly numbers: Set<number>;
  /** Something is run or returned that may be any row. */
  isOpen: boolean;
  /** NEW and OLD, which may be returned as they are. */
  readonly rows: readonly number[];
}

function collect(node: unknown, found: Found): void {
  if (Array.isArray(node)) for (const one of node) collect(one, found);
  if (Array.isArray(node) || typeof node !== 'object' || node === null) return;
  for (const [kind, value] of Object.entries(node as Json)) {
    if (typeof value === 'object' && value !== null) takeTarget(kind, value as Json, found);
    collect(value, found);
  }
}

/** The parser leaves numbers out that are 0. */
function takeTarget(kind: string, node: Json, found: Found): void {
  const take = (number: unknown) => found.numbers.add((number as number | undefined) ?? 0);
  switch (kind) {
    case 'PLpgSQL_stmt_assign':
    case 'PLpgSQL_stmt_foreach_a':
      take(node.varno);
      break;
    case 'PLpgSQL_diag_item':
      take(node.target);
      break;
    case 'PLpgSQL_rec':
      take(node.dno);
      break;
    case 'PLpgSQL_row':
      for (const field of (node.fields ?? []) as readonly Json[]) take(field.varno);
      break;
    case 'PLpgSQL_stmt_call':
    case 'PLpgSQL_stmt_dynexecute':
      found.isOpen = true;
      break;
    case 'PLpgSQL_stmt_return':
      if (!returnsRowAtHand(node, found.rows)) found.isOpen = true;
      break;
    default:
  }
}

function returnsRowAtHand({ retvarno, expr }: Json, rows: readonly number[]): boolean {
  const text = (expr as { PLpgSQL_expr?: Json } | undefined)?.PLpgSQL_expr?.query;
  if (text === undefined)
    return retvarno === undefined || Number(retvarno) < 0 || rows.includes(Number(retvarno));
  return /^[\s(]*(?:new|old|null)[\s)]*$/i.test(String(text));
}

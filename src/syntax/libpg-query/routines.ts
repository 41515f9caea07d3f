/**
 * The SQL inside a PL/pgSQL trigger function: its statements and expressions as texts, in order. Control flow is left out:
 * whatever may run counts as run. Undefined when the body cannot be read or makes SQL of its own at run time.
 */
import { parsePlPgSQLSync } from 'libpg-query';
import type { Routine } from '../reader.js';

type Json = { readonly [key: string]: unknown };

/** What the parser says of an expression's text: a statement, an expression, or an assignment. */
const statementMode = 0;
const assignmentMode = 3;

export function readTriggerFunction(body: string): Routine | undefined {
  const quote = quoteFor(body);
  const text = `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ${quote}${body}${quote}`;
  try {
    const statements: string[] = [];
    const expressions: string[] = [];
    const isStatic = collect(parsePlPgSQLSync(text), statements, expressions);
    return isStatic ? { statements, expressions } : undefined;
  } catch {
    return undefined;
  }
}

function quoteFor(body: string): string {
  let tag = 'routine';
  while (body.includes(`$${tag}$`)) tag += '_';
  return `$${tag}$`;
}

/** False when SQL is made at run time. */
function collect(node: unknown, statements: string[], expressions: string[]): boolean {
  if (Array.isArray(node)) return node.every((one) => collect(one, statements, expressions));
  if (typeof node !== 'object' || node === null) return true;
  const entries = Object.entries(node as Json);
  return entries.every(([key, value]) => {
    if (/^PLpgSQL_stmt_(dynexecute|dynfors|return_query)$/.test(key) || key === 'dynquery') return false;
    if (key === 'PLpgSQL_expr') take(value as Json, statements, expressions);
    return collect(value, statements, expressions);
  });
}

function take({ query, parseMode }: Json, statements: string[], expressions: string[]): void {
  if (typeof query !== 'string') return;
  if (parseMode === undefined || parseMode === statementMode) statements.push(query);
  else expressions.push(...(Number(parseMode) >= assignmentMode ? assigned(query) : [query]));
}

/** `NEW.at := now()` → `now()`. A subscript on the left is an expression, too. */
function assigned(text: string): readonly string[] {
  const sign = /:?=/.exec(text);
  if (sign === null) return [text];
  const [target, value] = [text.slice(0, sign.index), text.slice(sign.index + sign[0].length)];
  return target.includes('[') ? [target, value] : [value];
}

/**
 * Texts that differ in nothing but plain literals are judged once: the literals become parameters, and the verdict that holds
 * for every value of these holds for the literals. What is not certain to mean the same is judged by its own text:
 * positions in ORDER BY and GROUP BY, lengths of types, strings with escapes.
 */

import { nextToken, type Statement, scannerAt } from '../syntax/index.js';

export interface Literals {
  /** The text with a mark in the place of each literal: the same for all texts of one shape. */
  readonly key: string;
  /** What the literals mean, in their order. */
  readonly values: readonly string[];
}

const stringMark = '\x01';
const numberMark = '\x02';
const longestText = 20_000;
const quote = 39;

/** Undefined without any plain literal. */
export function literalsOf(text: string): Literals | undefined {
  if (text.length > longestText || text.includes(stringMark) || text.includes(numberMark)) return undefined;
  const scanner = scannerAt(text);
  const values: string[] = [];
  let key = '';
  let copied = 0;
  while (nextToken(scanner)) {
    const { kind, start, end } = scanner;
    const isString = kind === 'string';
    if (!isString && kind !== 'number') continue;
    const value = isString ? stringValue(text, start, end) : numberValue(text, start, end);
    if (value === undefined) continue;
    values.push(value);
    key += text.slice(copied, start) + (isString ? stringMark : numberMark);
    copied = end;
  }
  return values.length === 0 ? undefined : { key: key + text.slice(copied), values };
}

/** `'it''s'`: no prefix, no backslash, which would mean something else with standard_conforming_strings off. */
function stringValue(text: string, start: number, end: number): string | undefined {
  if (text.charCodeAt(start) !== quote || end - start < 2) return undefined;
  const inside = text.slice(start + 1, end - 1);
  if (inside.includes('\\')) return undefined;
  if (!inside.includes("'")) return inside;
  return /^(?:[^']|'')*$/.test(inside) ? inside.replaceAll("''", "'") : undefined;
}

/** Whole numbers that fit a bigint, as PostgreSQL prints them: a key of type text that is given as 007 is "7". */
function numberValue(text: string, start: number, end: number): string | undefined {
  if (end - start > 18 || (end - start > 1 && text[start] === '0')) return undefined;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return undefined;
  }
  return text.slice(start, end);
}

/** The text of the shape, with parameters numbered from `first` in the place of its marks. */
export function templateOf(key: string, first: number): string {
  let number = first - 1;
  let made = '';
  let copied = 0;
  for (let at = 0; at < key.length; at += 1) {
    if (key[at] !== stringMark && key[at] !== numberMark) continue;
    number += 1;
    // A literal may touch a word; a parameter would run together with it.
    made += `${key.slice(copied, at)} $${number} `;
    copied = at + 1;
  }
  return made + key.slice(copied);
}

/** Is the template the statement with these literals as parameters, each where it is no more than a value? */
export function isTemplate(
  statement: Statement,
  template: Statement,
  values: readonly string[],
  first: number,
): boolean {
  const met = new Set<number>();
  const sameValue = (literal: Node, number: number): boolean => {
    met.add(number);
    return (
      (literal.type === 'string' || literal.type === 'number') && values[number - first] === literal.text
    );
  };
  const same = (one: unknown, two: unknown, isPosition: boolean): boolean => {
    if (Object.is(one, two)) return true;
    if (Array.isArray(one) && Array.isArray(two))
      return one.length === two.length && one.every((part, at) => same(part, two[at], isPosition));
    if (!isNode(one) || !isNode(two)) return false;
    if (one.kind === 'literal' && two.kind === 'param')
      return (
        !isPosition && typeof two.number === 'number' && two.number >= first && sameValue(one, two.number)
      );
    const names = Object.keys(one);
    return (
      names.length === Object.keys(two).length &&
      names.every((name) => same(one[name], two[name], isPositional(name, isPosition, one)))
    );
  };
  return same(statement, template, false) && met.size === values.length;
}

const positional = new Set(['orderBy', 'sets', 'distinctOn']);

/** Directly in a list where a number is a position; not inside an expression there. */
function isPositional(name: string, isPosition: boolean, { kind }: Node): boolean {
  return positional.has(name) || (isPosition && kind === undefined);
}

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

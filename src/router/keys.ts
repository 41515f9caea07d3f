/**
 * A key's constant and the values given → the key's value, or why it is not certain. What PostgreSQL would convert, cut or
 * round on the way to the key's type is not taken: the row would lie where another value hashes to.
 */

import { columnOf, keyTypeOf } from '../catalog/index.js';
import type { Given, KeyConstant, Verdict } from '../model/index.js';
import { canonicalKeyValue, type KeyFamily, type KeyValue, keyFamilyOf, keyText } from '../topology/index.js';
import { arrayElements } from './array-text.js';
import type { JudgedText, RouterInput } from './input.js';
import { meetsBytes, sharedParameters, survivesTypes } from './parameters.js';

export type Key =
  | { readonly kind: 'value'; readonly value: KeyValue }
  /** It is NULL, which equals nothing: no row of the table can influence what is read. A row that is stored may have none. */
  | { readonly kind: 'null'; readonly reason: string; readonly fix: string }
  | { readonly kind: 'problem'; readonly reason: string; readonly fix: string };

export interface KeyReader {
  readonly group: string;
  readonly value: (constant: KeyConstant | undefined, given: Given) => Key;
  /** Every key that a list's constant stands for, none for NULL; undefined where one of them is not certain. */
  readonly values: (constant: KeyConstant, given: Given) => readonly KeyValue[] | undefined;
  /** Equal for equal values. */
  readonly text: (value: KeyValue) => string;
}

export function keyReader(input: RouterInput, { verdict, statement, text: sql }: JudgedText): KeyReader {
  const group = verdict.key?.group ?? '';
  const type = keyTypeOfGroup(input, verdict);
  const family = type === undefined ? undefined : keyFamilyOf(type);
  const shared =
    statement === undefined || family === undefined
      ? new Set<number>()
      : sharedParameters(sql, statement, verdict.tables, input.catalog, family);
  const isByte = shared.size > 0 && meetsBytes(sql, verdict.tables, input.catalog);
  const value = (constant: KeyConstant | undefined, given: Given): Key => {
    if (constant === undefined) return notConstant;
    if (type === undefined || family === undefined) return unknownType;
    if (isNull(constant, given)) return noKey;
    const text = textOf(constant, given, family);
    if (typeof text !== 'string') return text;
    if (constant.kind === 'param' && shared.has(constant.number) && !isDeclared(constant.number, given)) {
      if (!survivesTypes(family, text, isByte)) return usedOtherwise(constant.number, type);
    }
    const stored = constant.kind === 'param' ? constant.type : undefined;
    const read = canonicalKeyValue(family, stored ?? type, text);
    return read === undefined ? unfit(constant, type) : { kind: 'value', value: read };
  };
  const values = (constant: KeyConstant, given: Given): readonly KeyValue[] | undefined => {
    if (constant.kind === 'elements') return elementsOf(constant.number, given, family, type);
    if (isNull(constant, given)) return [];
    const key = value(constant, given);
    return key.kind === 'value' ? [key.value] : undefined;
  };
  return { group, value, values, text: keyText };
}

/** The values of `= ANY($n)`: of NULL and NULL elements none. */
function elementsOf(
  number: number,
  given: Given,
  family: KeyFamily | undefined,
  type: string | undefined,
): readonly KeyValue[] | undefined {
  const text = given.values[number - 1];
  const declared = given.types?.[number - 1] ?? 0;
  if (text === null) return [];
  if (text === undefined || family === undefined || type === undefined) return undefined;
  if (!undeclared.has(declared) && !declarableArrays[family].includes(declared)) return undefined;
  const elements = arrayElements(text)?.filter((element) => element !== null);
  const values = elements?.flatMap((element) => canonicalKeyValue(family, type, element) ?? []);
  return values !== undefined && values.length === elements?.length ? values : undefined;
}

/** The keys of the statement's sharded tables have one type family; the widest type reads the values of the others. */
function keyTypeOfGroup({ placements, catalog }: RouterInput, { tables }: Verdict): string | undefined {
  const types = tables.flatMap((name) => {
    const placement = placements.get(name);
    if (placement?.placement !== 'sharded') return [];
    const table = catalog.tables.get(name);
    const column = table === undefined ? undefined : columnOf(table, placement.key);
    return [placement.keyType ?? (column === undefined ? undefined : keyTypeOf(column))];
  });
  const families = new Set(types.map((type) => (type === undefined ? undefined : keyFamilyOf(type))));
  if (families.size !== 1) return undefined;
  return families.has('integer') ? 'bigint' : types[0];
}

/** The OIDs that a parameter compared with a key may be declared as; nothing else keeps its value. */
const declarable: Readonly<Record<KeyFamily, readonly number[]>> = {
  integer: [20, 21, 23],
  text: [25, 1043],
  uuid: [2950],
  date: [1082],
};
const declarableArrays: Readonly<Record<KeyFamily, readonly number[]>> = {
  integer: [1005, 1007, 1016],
  text: [1009, 1015],
  uuid: [2951],
  date: [1182],
};

/** 0 and `unknown`: PostgreSQL takes the key's type. */
const undeclared = new Set([0, 705]);

function textOf(constant: KeyConstant, given: Given, family: KeyFamily): string | Key {
  if (constant.kind === 'literal') return constant.text;
  if (constant.kind === 'expression' || constant.kind === 'elements') return notConstant;
  const name = `$${constant.number}`;
  const declared = given.types?.[constant.number - 1] ?? 0;
  if (!undeclared.has(declared) && !declarable[family].includes(declared))
    return problem(
      `${name} is declared as a type that is not the key’s`,
      `declare ${name} as the key’s type, or leave its type out`,
    );
  const value = given.values[constant.number - 1];
  return value ?? problem(`the value of ${name}, the shard key, is not given`, `give a value for ${name}`);
}

function isNull(constant: KeyConstant, given: Given): boolean {
  return constant.kind === 'param' && given.values[constant.number - 1] === null;
}

const noKey: Key = {
  kind: 'null',
  reason: 'the shard key is NULL, which names no shard to write on',
  fix: 'pass a key, or leave the statement out where there is none',
};

function isDeclared(number: number, given: Given): boolean {
  return !undeclared.has(given.types?.[number - 1] ?? 0);
}

function usedOtherwise(number: number, type: string): Key {
  return problem(
    `$${number} is the shard key and something else as well, whose type it may have got`,
    `use a parameter of its own for the key, or declare $${number} as ${type}`,
  );
}

function problem(reason: string, fix: string): Key {
  return { kind: 'problem', reason, fix };
}

const notConstant = problem(
  'the shard key is an expression, and its value is known to PostgreSQL alone',
  'compute the key in the application and pass it as a parameter',
);

const unknownType = problem(
  'the type of the shard key is not known',
  'give the schema, or keyType in the plan; keys are integers, text, varchar, uuid or date',
);

function unfit(constant: KeyConstant, type: string): Key {
  const name = constant.kind === 'param' ? `the value of $${constant.number}` : 'the literal';
  return problem(
    `${name} is not a value of the key’s type, ${type}, as it is written`,
    `pass the key as ${type} in its plain form`,
  );
}

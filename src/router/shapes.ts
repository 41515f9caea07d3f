/** Shapes that are remembered: by exact text, and by what is left of a text without its literals. The longer unused go first. */

import type { Decision, Given, Shape } from '../model/index.js';
import type { Statement } from '../syntax/index.js';
import { isTemplate, type Literals, literalsOf, templateOf } from './alike.js';

export interface Read {
  readonly shape: Shape;
  readonly statement: Statement | undefined;
}

/** `mostShapes` of each kind. */
export function rememberShapes(read: (text: string) => Read, mostShapes: number): (text: string) => Shape {
  const exact = newMemory<Shape>(mostShapes);
  const templates = newMemory<Shape | 'none'>(mostShapes);
  const own = (text: string): Shape => exact.get(text) ?? exact.put(text, read(text).shape);
  return (text) => {
    const known = exact.get(text);
    if (known !== undefined) return known;
    const literals = literalsOf(text);
    if (literals === undefined) return own(text);
    const template = templates.get(literals.key);
    if (template === 'none') return own(text);
    if (template !== undefined) return filled(text, template, literals.values, own);
    const first = read(text);
    templates.put(literals.key, templateFor(first, literals, read) ?? 'none');
    return exact.put(text, first.shape);
  };
}

function templateFor(
  { shape, statement }: Read,
  { key, values }: Literals,
  read: (text: string) => Read,
): Shape | undefined {
  if (statement === undefined || shape.role.kind !== 'data') return undefined;
  const first = shape.parameters + 1;
  const template = read(templateOf(key, first));
  const { statement: tree } = template;
  const isOne = tree !== undefined && isTemplate(statement, tree, values, first);
  return isOne && answersAlone(template.shape, shape, values)
    ? { ...template.shape, parameters: shape.parameters }
    : undefined;
}

/** Only what one database answers is decided by the template; the others are worth a look of their own. */
function answersAlone(template: Shape, shape: Shape, values: readonly string[]): boolean {
  if (template.isWrite !== shape.isWrite || template.tables.join() !== shape.tables.join()) return false;
  const unknown = Array.from({ length: shape.parameters }, () => undefined);
  return shape.parameters > 0 || isAlone(template.decide({ values: [...unknown, ...values] }));
}

function isAlone({ kind }: Decision): boolean {
  return kind === 'one' || kind === 'any' || kind === 'unsharded';
}

/** A text as its template's shape, the literals given as the last parameters. */
function filled(
  text: string,
  template: Shape,
  literals: readonly string[],
  own: (text: string) => Shape,
): Shape {
  const { parameters } = template;
  const decide = ({ values, types = [] }: Given): Decision => {
    const all: Given =
      parameters === 0
        ? { values: literals }
        : {
            values: [...Array.from({ length: parameters }, (_, at) => values[at]), ...literals],
            types: types.slice(0, parameters),
          };
    const decision = template.decide(all);
    return isAlone(decision) ? decision : own(text).decide({ values, types });
  };
  return { ...template, text, decide };
}

interface Memory<Value> {
  readonly get: (key: string) => Value | undefined;
  readonly put: (key: string, value: Value) => Value;
}

/** Of the texts in one half. What is kept of a text grows with it: a list of thousands of values takes a megabyte. */
const mostCharacters = 1_000_000;

/** Two halves: when the younger one is full it becomes the older one, whose entries are forgotten unless they are used again. */
function newMemory<Value>(most: number): Memory<Value> {
  const half = Math.max(1, Math.ceil(most / 2));
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  let characters = 0;
  const put = (key: string, value: Value): Value => {
    if (young.size >= half || characters >= mostCharacters) {
      old = young;
      young = new Map();
      characters = 0;
    }
    young.set(key, value);
    characters += key.length;
    return value;
  };
  return {
    get: (key) => {
      const value = young.get(key);
      if (value !== undefined) return value;
      const before = old.get(key);
      return before === undefined ? undefined : put(key, before);
    },
    put,
  };
}

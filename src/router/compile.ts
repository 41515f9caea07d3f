/**
 * Placements, catalog and map → a router: text → shape (read and judged once), shape and values → decision.
 *
 * A shape holds for every value of its parameters. A decision names shards only for values whose place is certain; what is
 * not certain is refused: a statement on the wrong shard gives wrong rows in silence.
 */

import type { Shape, ShardMap, Verdict } from '../model/index.js';
import { classifyStatement } from '../routability/index.js';
import { resolveStatement } from '../sql/index.js';
import { highestParameter } from '../syntax/index.js';
import { deciderFor } from './decide.js';
import { type Expectations, expectationsOf } from './expectations.js';
import type { Deciding, JudgedText, RouterInput } from './input.js';
import { type Locate, locator } from './locate.js';
import { placesOf } from './places.js';
import { roleOf } from './role.js';
import { type Read, rememberShapes } from './shapes.js';

export interface Router {
  /** Never throws for odd SQL: what cannot be read is a shape that refuses. One statement a text. */
  readonly shape: (text: string) => Shape;
  /** Where a key lives, for transactions that are begun by key. */
  readonly locate: Locate;
  readonly map: () => ShardMap;
  /** From here on, decisions are made by this map; shapes stay. */
  readonly useMap: (map: ShardMap) => void;
  readonly expects: Expectations;
}

const defaultMostShapes = 5000;

export function compileRouter(input: RouterInput): Router {
  const state = { map: input.map, placeOf: placesOf(input.map) };
  const read = (text: string): Read => {
    const judged = judge(input, text);
    const shape = shapeOf(input, judged, {
      placeOf: (group, value) => state.placeOf(group, value),
      shards: () => state.map.shards,
    });
    return { shape, statement: judged.statement };
  };
  return {
    shape: rememberShapes(read, input.mostShapes ?? defaultMostShapes),
    locate: locator(input, (group, value) => state.placeOf(group, value)),
    map: () => state.map,
    useMap: (map) => {
      state.placeOf = placesOf(map);
      state.map = map;
    },
    expects: expectationsOf(input),
  };
}

const noStatement = 'no statement in the text';

function judge({ reader, catalog, placements, resolving }: RouterInput, text: string): JudgedText {
  const read = reader.read(text);
  if (!read.ok) {
    const isEmpty = read.reason === noStatement;
    const verdict: Verdict = isEmpty
      ? { verdict: 'tableless', tables: [], because: [noStatement] }
      : { verdict: 'unknown', tables: [], because: [read.reason], blocker: 'unreadable' };
    return { text, verdict, role: isEmpty ? { kind: 'empty' } : { kind: 'data' } };
  }
  const query = resolveStatement(read.statement, catalog, resolving);
  return {
    text,
    statement: read.statement,
    query,
    verdict: classifyStatement(query, placements),
    role: roleOf(read.statement, text, catalog, placements),
  };
}

function shapeOf(input: RouterInput, judged: JudgedText, map: Pick<Deciding, 'placeOf' | 'shards'>): Shape {
  const { text, verdict, role, query } = judged;
  const isWrite = query === undefined || query.instances.some(({ access }) => access !== 'read');
  return {
    text,
    role,
    verdict: verdict.verdict,
    tables: verdict.tables,
    isWrite,
    parameters: highestParameter(text),
    decide: deciderFor({ input, judged, isWrite, ...map }),
  };
}

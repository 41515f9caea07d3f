/** What a router is made from, and what it knows of a text before any value is given. */

import type { Catalog, Decision, Given, Placements, Query, Role, ShardMap, Verdict } from '../model/index.js';
import type { ResolveSettings } from '../sql/index.js';
import type { Reader, Statement } from '../syntax/index.js';
import type { PlaceOf } from './places.js';

export interface RouterInput {
  readonly placements: Placements;
  readonly catalog: Catalog;
  readonly map: ShardMap;
  readonly reader: Reader;
  /** How the schema's own SQL is read, and what people vouch for. */
  readonly resolving: ResolveSettings;
  /** Statements that write on several shards: refused, or run as one transaction of two phases. Default: refused. */
  readonly severalWrites?: 'refused' | 'two-phase';
  /** Shapes that are remembered, the longest unused forgotten first. Default 5,000. */
  readonly mostShapes?: number;
}

export interface JudgedText {
  readonly text: string;
  readonly statement?: Statement;
  readonly query?: Query;
  readonly verdict: Verdict;
  readonly role: Role;
}

export type Decide = (given: Given) => Decision;

/** A judged text on its way to decisions, and the map that they are made by. */
export interface Deciding {
  readonly input: RouterInput;
  readonly judged: JudgedText;
  readonly isWrite: boolean;
  readonly placeOf: PlaceOf;
  readonly shards: () => number;
}

/** What a router is made from, and what it knows of a text before any value is given. */

import type { Catalog, Placements, Query, Role, ShardMap, Verdict } from '../model/index.js';
import type { ResolveSettings } from '../sql/index.js';
import type { Reader, Statement } from '../syntax/index.js';

export interface RouterInput {
  readonly placements: Placements;
  readonly catalog: Catalog;
  readonly map: ShardMap;
  readonly reader: Reader;
  /** How the schema's own SQL is read, and what people vouch for. */
  readonly resolving: ResolveSettings;
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

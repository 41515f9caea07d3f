/**
 * Why no plan of a part costs less than its bound, as the solve found it: plain numbers for the certificate, which recomputes
 * what they prove. Nothing rests on their being right.
 */

import type { Open, Term } from './assignment.js';
import type { Dense } from './dense.js';

export interface Evidence {
  readonly tables: readonly number[];
  /** Whether the limits took part, or the part was solved by itself. */
  readonly withLimits: boolean;
  readonly tree: EvidenceNode;
}

export type EvidenceNode =
  /** Nothing that could be handed on: tried through, or left to a solver that gives no reasons. */
  | { readonly kind: 'open' }
  | { readonly kind: 'bounded'; readonly dual: DualState }
  /** What the dual shows to be too dear is closed; `open` is what stays. */
  | {
      readonly kind: 'closing';
      readonly dual: DualState;
      readonly open: Open;
      readonly rest: EvidenceNode;
    }
  /** The table has one of the positions in the first branch, another open one in the second. */
  | {
      readonly kind: 'split';
      readonly table: number;
      readonly positions: readonly number[];
      readonly branches: readonly [EvidenceNode, EvidenceNode];
    };

/** Messages and prices as dual.ts has them, with what they are about. */
export interface DualState {
  readonly dense: Dense;
  /** What `dense` was made of, in its order. */
  readonly terms: readonly Term[];
  readonly messages: Float64Array;
  readonly prices: Float64Array;
}

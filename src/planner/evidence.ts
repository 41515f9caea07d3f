/**
 * Why no plan of a part costs less than its bound, as the solve found it: plain numbers for the certificate, which recomputes
 * what they prove. Nothing rests on their being right.
 */

import type { Open } from './assignment.js';

export interface Evidence {
  readonly tables: readonly number[];
  /** Whether the limits took part, or the part was solved by itself. */
  readonly withLimits: boolean;
  /** What the plan costs more than the tree is known to prove; 0 when it proves the plan cheapest. */
  readonly gap: number;
  readonly tree: EvidenceNode;
}

export type EvidenceNode =
  /** Nothing that could be handed on: tried through, or left to a solver that gives no reasons. */
  | { readonly kind: 'open' }
  | { readonly kind: 'bounded'; readonly dual: DualState }
  /**
   * What the dual shows to be too dear is closed, or what is too heavy beside the lightest of all other tables. `open` is
   * what stays; when that is nothing of some table, no plan is left that is cheap enough.
   */
  | {
      readonly kind: 'closing';
      readonly dual?: DualState;
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

/** Messages and prices as dual.ts has them. Its terms are known by their tables. */
export interface DualState {
  readonly dense: {
    readonly tables: readonly number[];
    readonly positions: readonly (readonly number[])[];
    readonly memberStart: ArrayLike<number>;
    readonly memberTable: ArrayLike<number>;
    readonly memberOffset: ArrayLike<number>;
  };
  readonly messages: ArrayLike<number>;
  readonly prices: ArrayLike<number>;
}

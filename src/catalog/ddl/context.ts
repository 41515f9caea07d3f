/** What a reader of one DDL statement is given: the draft to change, the statement's own text and its place. */

import type { SourceRef } from '../../model/index.js';
import type { Draft } from './draft.js';
import type { StatementText } from './statement-text.js';

export interface Context {
  readonly draft: Draft;
  readonly text: StatementText;
  readonly source: SourceRef;
}

/** SQL text → one small neutral tree, by either of two readers; and what is done with text that is not parsed. */
import { makeReader, type Reader, type ReaderName } from './reader.js';

/** Loads one reader, and nothing of the other. */
export async function loadReader(name: ReaderName): Promise<Reader> {
  switch (name) {
    case 'libpg-query': {
      const { isName, loadParser, readTriggerFunction } = await import('./libpg-query/index.js');
      return makeReader(name, await loadParser(), readTriggerFunction, isName);
    }
    case 'pgsql-ast-parser': {
      const { loadParser } = await import('./pgsql-ast-parser/index.js');
      return makeReader(name, await loadParser());
    }
  }
}

export { addsColumn, type Owner, ownerOfAdded, restrictable, unitesParameters } from './added.js';
export { differences } from './differences.js';
export {
  conditionPlaces,
  quotedName,
  withCondition,
  withInsertedColumn,
  withParameter,
} from './edits.js';
export { nextToken, scannerAt, type TokenKind, tokenText } from './lexer.js';
export { numberNamedParameters } from './named-parameters.js';
export { highestParameter, normaliseText, redactLiterals } from './normalise.js';
export { printExpr } from './print.js';
export type { Reader, ReaderName, Routine } from './reader.js';
export { salvageTables } from './salvage.js';
export { splitStatements } from './split.js';
export type * from './tree.js';
export {
  exprChildren,
  innerStatements,
  selectsInside,
  statementExprs,
  walkExpr,
  walkStatements,
} from './walk.js';
export { wordsOf } from './words.js';

/** Cursors of SQL: DECLARE goes where its query goes; FETCH, MOVE and CLOSE follow it there. */

import type { Shape } from '../model/index.js';
import { Complained } from './pool.js';
import type { Session } from './state.js';
import { wordsOf } from './transaction-control.js';

/** The place of the cursor that a FETCH, MOVE or CLOSE is about; undefined for every other statement. */
export function cursorPlace({ block, shared, members }: Session, { role, text }: Shape): number | undefined {
  if (role.kind !== 'cursor' || role.action === 'declare') return undefined;
  const name = wordsOf(text).at(-1) ?? '';
  const place = block.cursors.get(name);
  if (place !== undefined) return place;
  if (name === 'all' && members.size <= 1) return [...members.keys()][0] ?? shared.home;
  throw new Complained({ sqlstate: '34000', message: `cursor "${name}" does not exist` });
}

export function rememberCursor({ block }: Session, { role, text }: Shape, place: number): void {
  if (role.kind !== 'cursor' || role.action !== 'declare') return;
  const name = wordsOf(text)[1];
  if (name !== undefined) block.cursors.set(name, place);
}

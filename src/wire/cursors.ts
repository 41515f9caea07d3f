/**
 * Cursors of SQL and portals of the protocol, which share their names: DECLARE goes where its query goes; FETCH, MOVE and CLOSE
 * follow it there. A server tells only of the names that it has itself, so those of all places are kept here.
 */

import type { Shape } from '../model/index.js';
import { wordsOf } from '../syntax/index.js';
import { commandComplete } from './backend-messages.js';
import { Complained } from './pool.js';
import { inFailedTransaction, type Session } from './state.js';
import { toAll } from './transaction-control.js';

/** The place of the cursor that a FETCH, MOVE or CLOSE is about; undefined for every other statement. */
export function cursorPlace(session: Session, { role, text }: Shape): number | undefined {
  if (role.kind !== 'cursor' || role.action === 'declare') return undefined;
  const { block, portals } = session;
  const name = wordsOf(text).at(-1) ?? '';
  const goes = portals.get(name)?.goes;
  const place = block.cursors.get(name)?.place ?? (goes?.to === 'place' ? goes.place : undefined);
  if (place === undefined)
    throw new Complained({ sqlstate: '34000', message: `cursor "${name}" does not exist` });
  if (role.action === 'close') {
    block.cursors.delete(name);
    portals.delete(name);
  }
  return place;
}

/** @throws Complained when the name is taken, wherever that is */
export function rememberCursor(session: Session, { role, text }: Shape, place: number): void {
  if (role.kind !== 'cursor' || role.action !== 'declare') return;
  const name = wordsOf(text)[1];
  if (name === undefined) return;
  refuseTaken(session, name, place);
  session.block.cursors.set(name, { place });
}

/**
 * `place`: undefined for what is of no single place. At the same place it is the server that knows whether the name is free.
 * @throws Complained
 */
export function refuseTaken(session: Session, name: string, place: number | undefined): void {
  if (name === '') return;
  const { block, portals } = session;
  const goes = portals.get(name)?.goes;
  const cursor = block.cursors.get(name);
  if (goes === undefined && cursor === undefined) return;
  const there = goes?.to === 'place' ? goes.place : cursor?.place;
  if (there !== undefined && there === place) return;
  throw new Complained({ sqlstate: '42P03', message: `cursor "${name}" already exists` });
}

/** Gives what the client is answered. @throws Complained, Refusal */
export async function closeAll(session: Session): Promise<Buffer> {
  const { block, portals } = session;
  if (block.failed) throw new Complained(inFailedTransaction);
  await toAll(session, 'CLOSE ALL');
  block.cursors.clear();
  portals.clear();
  return commandComplete('CLOSE CURSOR ALL');
}

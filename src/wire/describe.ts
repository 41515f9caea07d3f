/**
 * Describe: what a statement takes and gives. A portal of one place is described there; a statement whose values are not known
 * yet by any server that has its tables, outside of the client's transaction where that has not begun anywhere.
 */

import type { Backend } from './backend.js';
import { B, fieldsOf, message, noData, parameterTypes, sqlstateOf, withFormats } from './backend-messages.js';
import { batchAt, othersSettled, prepared, say, sendTo } from './batches.js';
import { collected } from './exchanges.js';
import {
  describe as describeMessage,
  parse as parseMessage,
  readNamed,
  sync as syncMessage,
} from './frontend-messages.js';
import { Complained } from './pool.js';
import { isOfRouter } from './router-answers.js';
import {
  inFailedTransaction,
  type Portal,
  portalCalled,
  Refusal,
  type Session,
  type Statement,
  statementCalled,
} from './state.js';

export function onDescribe(session: Session, frame: Buffer): void | Promise<void> {
  const { kind, name } = readNamed(frame);
  if (kind === 'statement') return describeStatement(session, statementCalled(session, name));
  const portal = portalCalled(session, name);
  const { goes, statement, bind } = portal;
  switch (goes.to) {
    case 'router':
    case 'places of its rows':
      return say(session, noData);
    case 'several':
      return describeSeveral(session, statement, bind);
    case 'place':
      return sendTo(session, goes.place, frame, 'describe');
  }
}

/** Where a statement can be described before its values are known. */
function describingPlace({ block, members, shared }: Session, { shape }: Statement): number {
  if (shape.verdict === 'unsharded') return shared.unsharded ?? shared.home;
  if (block.primary !== undefined && block.primary !== shared.unsharded) return block.primary;
  return [...members.keys()].find((member) => member !== shared.unsharded) ?? shared.home;
}

async function describeStatement(session: Session, statement: Statement): Promise<void> {
  const { shape } = statement;
  if (isOfRouter(shape.role) || shape.role.kind === 'empty') {
    return say(session, Buffer.concat([noParameterTypes, noData]));
  }
  if (session.block.failed) throw new Complained(inFailedTransaction);
  const member = session.members.get(describingPlace(session, statement));
  if (member !== undefined && !member.isLost()) return describeAt(session, member, statement);
  const { types, columns } = await described(session, statement);
  session.client.push(types);
  session.client.push(columns);
}

async function describeAt(session: Session, backend: Backend, statement: Statement): Promise<void> {
  await othersSettled(session, backend);
  if (session.skipping) return;
  const batch = batchAt(session, backend);
  batch.send(describeMessage('statement', prepared(backend, batch, statement)), 'describe');
}

const noParameterTypes = message(B.parameterDescription, Buffer.from([0, 0]));

async function describeSeveral(session: Session, statement: Statement, bind: Portal['bind']): Promise<void> {
  const { columns } = await described(session, statement);
  if (columns[0] !== B.rowDescription) return session.client.push(columns);
  const { resultFormats } = bind;
  const formats = fieldsOf(columns).map(
    (_, i) => (resultFormats.length === 1 ? resultFormats[0] : resultFormats[i]) ?? 0,
  );
  session.client.push(withFormats(columns, formats));
}

export async function inferTypes(session: Session, statement: Statement): Promise<void> {
  const { types } = await described(session, statement);
  session.shared.inferredTypes.set(statement.name, parameterTypes(types));
}

/**
 * What the router cannot read a server cannot either, as a rule, and says better why and where. It only parses the text, outside
 * of the session's transaction; should it be able to, the router's own refusal stands. `by`: what it refuses for other reasons is
 * left to its turn.
 * @throws Refusal
 */
export async function refusedByServer(
  session: Session,
  text: string,
  by: 'anything' | 'its syntax' = 'anything',
): Promise<void> {
  const { shared, settings } = session;
  const pool = shared.pools[shared.home];
  if (pool === undefined) return;
  const backend = pool.take(settings) ?? (await pool.wait(settings));
  const answer = collected(backend);
  backend.unnamed = undefined;
  backend.outlet.push(parseMessage('', text, []));
  backend.outlet.push(syncMessage);
  backend.outlet.flush();
  const { error } = await answer;
  pool.giveBack(backend);
  if (error === undefined || (by === 'its syntax' && sqlstateOf(error) !== '42601')) return;
  throw new Refusal(error);
}

/** Asks a server outside of the pipeline, once everything before is answered. @throws Complained, Refusal */
async function described(
  session: Session,
  statement: Statement,
): Promise<{ readonly types: Buffer; readonly columns: Buffer }> {
  const place = describingPlace(session, statement);
  await othersSettled(session, undefined);
  if (session.skipping) throw new Complained(inFailedTransaction);
  const pool = session.shared.pools[place];
  if (pool === undefined) throw new Error(`there is no place ${place}`);
  const backend = pool.take(session.settings) ?? (await pool.wait(session.settings));
  const answer = collected(backend);
  backend.unnamed = undefined;
  backend.outlet.push(parseMessage('', statement.text, statement.types));
  backend.outlet.push(describeMessage('statement', ''));
  backend.outlet.push(syncMessage);
  backend.outlet.flush();
  const { error, messages } = await answer;
  pool.giveBack(backend);
  if (error !== undefined) throw new Refusal(error);
  const types = messages.find((frame) => frame[0] === B.parameterDescription);
  const columns = messages.find((frame) => frame[0] === B.rowDescription) ?? noData;
  if (types === undefined)
    throw new Complained({ sqlstate: '08006', message: `the connection to ${pool.name} was lost` });
  return { types, columns };
}

/** Statements that the router answers itself, for it keeps what they are about: transactions, settings, what it refuses to keep. */

import type { Role, Shape } from '../model/index.js';
import { aboutOneConnection } from '../router/index.js';
import { commandComplete } from './backend-messages.js';
import { closeAll } from './cursors.js';
import type { Complained } from './pool.js';
import { commandSession, deallocate, refuseSession } from './session-commands.js';
import type { Session } from './state.js';
import { controlTransaction } from './transaction-control.js';

export function isOfRouter(role: Role): boolean {
  switch (role.kind) {
    case 'transaction':
    case 'prepared':
      return true;
    case 'session':
      return role.action !== 'show';
    case 'notification':
      return role.action !== 'notify';
    case 'cursor':
      return role.action === 'close all';
    default:
      return false;
  }
}

/**
 * Gives the messages that answer it, CommandComplete at the end.
 * @throws Complained, Refusal
 */
export async function answerOfRouter(session: Session, { role, text }: Shape): Promise<Buffer> {
  switch (role.kind) {
    case 'transaction':
      return controlTransaction(session, role.action, text);
    case 'session':
      return commandSession(session, role, text);
    case 'prepared':
      if (role.action === 'deallocate') return deallocate(session, text);
      throw refuseSession('prepare');
    case 'cursor':
      return closeAll(session);
    case 'notification':
      // Nobody listens here, so there is nothing to end: what drivers say before they give a connection back.
      if (role.action === 'unlisten') return commandComplete('UNLISTEN');
      throw refuseSession('listen');
    default:
      throw new Error(`the router does not answer what is ${role.kind}`);
  }
}

const judged = new WeakMap<Shape, Complained | 'fine'>();

/** What would leave something behind on a connection that the next session gets. @throws Complained */
export function refuseUnkept(shape: Shape): void {
  const judgement = judge(shape);
  if (judgement !== 'fine') throw judgement;
}

export function isKept(shape: Shape): boolean {
  return judge(shape) === 'fine';
}

function judge(shape: Shape): Complained | 'fine' {
  const known = judged.get(shape);
  if (known !== undefined) return known;
  const about = aboutOneConnection(shape.text);
  const judgement = about === undefined ? 'fine' : refuseSession(about);
  judged.set(shape, judgement);
  return judgement;
}

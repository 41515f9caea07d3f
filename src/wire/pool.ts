/**
 * Connections to one place (a shard, or the unsharded database), lent to sessions for a transaction or a statement. At most
 * `most` are open; who comes later waits in line, but not for ever. A place that is down refuses its own callers at once,
 * and is tried anew by the next one.
 */

import { isRefusedLogin } from '../postgres/index.js';
import { type Backend, backendOf } from './backend.js';
import type { Complaint } from './backend-messages.js';
import { ConnectionRefused, connectBackend, type Endpoint, type Greeted } from './connect-backend.js';
import { noSettings, type ServerSettings } from './settings.js';

/** What a session cannot go on with; it becomes an ErrorResponse. */
export class Complained extends Error {
  override readonly name = 'Complained';
  readonly complaint: Complaint;

  constructor(complaint: Complaint) {
    super(complaint.message);
    this.complaint = complaint;
  }
}

export interface PoolLimits {
  readonly most: number;
  readonly waitMs: number;
  /** An idle connection is closed after this time. */
  readonly idleMs: number;
}

export interface Pool {
  readonly place: number;
  /** `shard 3`, `the unsharded database`. */
  readonly name: string;
  readonly endpoint: Endpoint;
  /** An idle connection, best one with these settings, if there is one right now. */
  readonly take: (settings: ServerSettings) => Backend | undefined;
  /** @throws Complained when none can be had in time */
  readonly wait: (settings: ServerSettings) => Promise<Backend>;
  readonly giveBack: (backend: Backend) => void;
  readonly counts: () => { readonly open: number; readonly idle: number; readonly waiting: number };
  readonly closeIdle: () => void;
  /** No connection that is open now serves anybody after whom it serves. */
  readonly renew: () => void;
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (backend: Backend) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export interface PoolOptions {
  readonly place: number;
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly limits: PoolLimits;
  /** Why the server may not serve, if so. */
  readonly unfit: (backend: Backend, greeting: Greeted) => Promise<string | undefined>;
  /** One sentence, without secrets. */
  readonly failed: (reason: string) => void;
}

/** A server that answers, and may not serve. */
export const unfitState = '08004';

const triedAnew = 'Statements for other shards are served; this one is tried anew by the next statement.';
const setAlike = 'Set all servers alike (ALTER DATABASE … SET), and as the plan and the schema have them.';

const checkLogin =
  "The router's own login there fails: check the user, password and database of --shard-dsn or --unsharded-dsn, and PGPASSWORD.";

export function poolOf({ place, name, endpoint, limits, unfit, failed }: PoolOptions): Pool {
  const idle: Backend[] = [];
  const all = new Set<Backend>();
  const line: Waiting[] = [];
  let opening = 0;
  let closed = false;
  let outdated = new WeakSet<Backend>();

  const drop = (backend: Backend): void => {
    all.delete(backend);
    const at = idle.indexOf(backend);
    if (at >= 0) idle.splice(at, 1);
    openForWaiting();
  };
  const open = async (): Promise<void> => {
    opening += 1;
    try {
      const greeting = await connectBackend(endpoint);
      const backend = backendOf(place, greeting, noSettings);
      const deadline = setTimeout(() => backend.close(), endpoint.address.connectTimeoutMs);
      const reason = await unfit(backend, greeting).finally(() => clearTimeout(deadline));
      if (reason !== undefined) backend.close();
      if (reason !== undefined) throw new ConnectionRefused(reason, unfitState);
      opening -= 1;
      if (closed) return backend.close();
      all.add(backend);
      backend.onLost = () => drop(backend);
      hand(backend);
    } catch (error) {
      opening -= 1;
      const { message, sqlstate } =
        error instanceof ConnectionRefused ? error : new ConnectionRefused('it cannot be reached');
      failed(message);
      refuseWaiting(message, sqlstate);
    }
  };
  const refuseWaiting = (reason: string, why: string): void => {
    const isUnfit = why === unfitState;
    for (const waiting of line.splice(0)) {
      clearTimeout(waiting.timer);
      waiting.reject(
        new Complained({
          sqlstate: isUnfit ? unfitState : '08006',
          message: `${name} ${isUnfit ? 'may not serve' : 'is not available'}: ${reason}`,
          hint: isUnfit ? setAlike : isRefusedLogin(why) ? checkLogin : triedAnew,
        }),
      );
    }
  };
  const hand = (backend: Backend): void => {
    const next = line.shift();
    if (next === undefined) {
      backend.idleSince = Date.now();
      idle.push(backend);
      return;
    }
    clearTimeout(next.timer);
    next.resolve(backend);
  };
  const openForWaiting = (): void => {
    while (!closed && line.length > opening && all.size + opening < limits.most) void open();
  };
  const wait = (): Promise<Backend> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const at = line.findIndex((waiting) => waiting.timer === timer);
        if (at >= 0) line.splice(at, 1);
        reject(new Complained(tooLong(name, limits)));
      }, limits.waitMs);
      line.push({ resolve, reject, timer });
      openForWaiting();
    });
  return {
    place,
    name,
    endpoint,
    take: (settings) => takeIdle(idle, settings),
    wait,
    giveBack: (backend) => {
      if (backend.isLost()) return;
      // What is in a transaction or answers still has lost its session: nobody else may have it.
      if (closed || outdated.has(backend) || backend.status !== 'I' || backend.isBusy())
        return backend.close();
      if (backend.cancels === undefined) return hand(backend);
      void backend.cancels.then(() => {
        backend.cancels = undefined;
        if (!backend.isLost()) hand(backend);
      });
    },
    counts: () => ({ open: all.size, idle: idle.length, waiting: line.length }),
    closeIdle: () => {
      const before = Date.now() - limits.idleMs;
      for (const backend of idle.filter(({ idleSince }) => idleSince < before)) backend.close();
    },
    renew: () => {
      outdated = new WeakSet(all);
      for (const backend of [...idle]) backend.close();
    },
    close: () => {
      closed = true;
      refuseWaiting('the router is shutting down', '57P01');
      for (const backend of [...all]) backend.close();
    },
  };
}

const lookedAt = 8;

/** The one that was used last is the warmest; one that has the session's settings already spares a round trip. */
function takeIdle(idle: Backend[], settings: ServerSettings): Backend | undefined {
  const last = idle.length - 1;
  for (let at = last; at >= 0 && at > last - lookedAt; at -= 1) {
    if (idle[at]?.settings === settings) return idle.splice(at, 1)[0];
  }
  return idle.pop();
}

function tooLong(name: string, { waitMs, most }: PoolLimits): Complaint {
  return {
    sqlstate: '53300',
    message: `no connection to ${name} became free within ${waitMs} ms; all ${most} are in use`,
    hint: 'Raise --pool-size, shorten transactions, or try again.',
  };
}

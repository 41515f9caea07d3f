/**
 * The router as a server: takes connections, lets clients in, and gives each a session. Stops by letting those who are in a
 * transaction finish it.
 */

import { randomInt } from 'node:crypto';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import {
  authentication,
  backendKey,
  type Complaint,
  errorResponse,
  parameterStatus,
  readyForQuery,
} from './backend-messages.js';
import { sendCancel } from './connect-backend.js';
import { frameReader, outletOf, ProtocolViolation } from './frames.js';
import { F } from './frontend-messages.js';
import { type Door, type Entered, enter, TurnedAway, violation } from './handshake.js';
import { decidesByLifting } from './literals.js';
import { passageOf } from './passage.js';
import { type MessageLoop, messageLoop } from './session.js';
import { startSettings } from './settings.js';
import { sparing } from './sockets.js';
import { newBlock, type Session, type Shared } from './state.js';

export interface ServerLimits {
  readonly mostClients: number;
  readonly messageBytes: number;
  /** A client that says nothing for so long is let go; 0 is never. */
  readonly idleMs: number;
  /** For the start of a connection, until the password. */
  readonly startMs: number;
}

export interface WireServer {
  readonly port: number;
  readonly clients: () => number;
  readonly busyClients: () => number;
  /** No new clients; resolves when all are gone, at the latest after so long. */
  readonly drain: (withinMs: number) => Promise<void>;
}

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly shared: Shared;
  readonly door: Door;
  readonly limits: ServerLimits;
  /** As a server would tell them: server_version, TimeZone … */
  readonly parameters: () => ReadonlyMap<string, string>;
  /** A bug: it has to be seen, and the client's connection ends. */
  readonly onBug: (error: unknown) => void;
}

interface Client {
  readonly session: Session;
  readonly loop: MessageLoop;
  readonly socket: Duplex;
  readonly secret: number;
  heardAt: number;
}

interface House {
  readonly options: ServerOptions;
  /** By process id, as clients are told. */
  readonly clients: Map<number, Client>;
  readonly sockets: Set<net.Socket>;
  isDraining: boolean;
  lastPid: number;
  /** Called when the last socket is gone. */
  onEmpty: () => void;
}

/** @throws the listening's own error */
export async function serve(options: ServerOptions): Promise<WireServer> {
  const house: House = {
    options,
    clients: new Map(),
    sockets: new Set(),
    isDraining: false,
    lastPid: 0,
    onEmpty: () => {},
  };
  const server = net.createServer({ noDelay: true, keepAlive: true, pauseOnConnect: true }, (socket) =>
    welcome(house, sparing(socket)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host: options.host, port: options.port, backlog: 1024 }, resolve);
  });
  server.on('error', options.onBug);
  const sweep = setInterval(() => letIdleGo(house), 1_000);
  const { port } = server.address() as net.AddressInfo;
  return {
    port,
    clients: () => house.clients.size,
    busyClients: () => [...house.clients.values()].filter(isBusy).length,
    drain: async (withinMs) => {
      house.isDraining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve())).then(() => emptied(house));
      for (const client of house.clients.values()) if (!isBusy(client)) sayGoodbye(client, shuttingDown);
      const deadline = setTimeout(() => {
        for (const client of house.clients.values()) sayGoodbye(client, shuttingDown);
        for (const socket of house.sockets) socket.destroy();
      }, withinMs);
      await closed;
      clearTimeout(deadline);
      clearInterval(sweep);
    },
  };
}

function emptied(house: House): Promise<void> | void {
  if (house.sockets.size === 0) return;
  return new Promise((resolve) => {
    house.onEmpty = resolve;
  });
}

const shuttingDown: Complaint = {
  severity: 'FATAL',
  sqlstate: '57P01',
  message: 'the router is shutting down',
  hint: 'Connect again.',
};

const ownBug: Complaint = {
  severity: 'FATAL',
  sqlstate: 'XX000',
  message: 'the router failed, which is a bug in it',
};

const idleTooLong: Complaint = {
  severity: 'FATAL',
  sqlstate: '57P05',
  message: 'the connection was idle for too long',
};

function isBusy({ loop, session }: Client): boolean {
  return loop.isBusy() || session.members.size > 0 || session.block.kind !== 'none';
}

function sayGoodbye({ socket }: Client, complaint: Complaint): void {
  socket.end(errorResponse(complaint));
}

function letIdleGo({ clients, options, isDraining }: House): void {
  const before = Date.now() - options.limits.idleMs;
  for (const client of clients.values()) {
    if (isBusy(client)) continue;
    if (isDraining) sayGoodbye(client, shuttingDown);
    else if (options.limits.idleMs > 0 && client.heardAt < before) sayGoodbye(client, idleTooLong);
  }
  for (const pool of options.shared.pools) pool.closeIdle();
}

// ── coming in ────────────────────────────────────────────────────────────────────────────────────────────────────────

function welcome(house: House, socket: net.Socket): void {
  const { limits, shared, door } = house.options;
  house.sockets.add(socket);
  socket.on('close', () => {
    house.sockets.delete(socket);
    if (house.sockets.size === 0) house.onEmpty();
  });
  // Errors end in "close", and each reader of the socket hears that.
  socket.on('error', () => {});
  // Cancel requests come in even where no client does; connections that have not started are few.
  if (house.sockets.size > 2 * limits.mostClients + 100) {
    shared.counters.turnedAway('limit');
    socket.destroy();
    return;
  }
  const deadline = setTimeout(() => socket.destroy(), limits.startMs);
  enter(socket, door)
    .then((entered) => letIn(house, entered, socket))
    .catch((error: unknown) => turnAway(house, socket, error))
    .finally(() => clearTimeout(deadline));
}

/** What it still says is read, or else its end would not be seen, and closing would take back the answer. */
function turnAway({ options }: House, socket: net.Socket, error: unknown): void {
  const { counters } = options.shared;
  if (error instanceof TurnedAway) {
    counters.turnedAway(error.complaint.sqlstate.startsWith('28') ? 'authentication' : 'protocol');
    error.socket.resume().end(errorResponse(error.complaint));
  } else {
    socket.destroy();
  }
}

function letIn(house: House, entered: Entered, plain: net.Socket): void {
  if (entered.kind === 'cancel') {
    plain.destroy();
    cancel(house, entered.pid, entered.secret);
    return;
  }
  const { socket, parameters, rest } = entered;
  const { shared, limits } = house.options;
  if (house.isDraining) {
    shared.counters.turnedAway('draining');
    throw new TurnedAway(socket, shuttingDown);
  }
  if (house.clients.size >= limits.mostClients) {
    shared.counters.turnedAway('limit');
    throw new TurnedAway(socket, {
      sqlstate: '53300',
      message: `the router serves ${limits.mostClients} clients already`,
      hint: 'Raise --max-clients, or use fewer connections.',
    });
  }
  const replication = parameters.get('replication') ?? 'false';
  if (!/^(?:false|off|no|0)$/i.test(replication)) {
    throw new TurnedAway(socket, {
      sqlstate: '0A000',
      message: 'the router does not speak the replication protocol',
      hint: 'Connect to the server itself.',
    });
  }
  const settings = startSettings(parameters, shared.defaults().get('search_path') ?? '');
  if ('sqlstate' in settings) throw new TurnedAway(socket, settings as Complaint);
  begin(house, socket, settings as Session['settings'], parameters, rest);
}

function begin(
  house: House,
  socket: Duplex,
  settings: Session['settings'],
  given: ReadonlyMap<string, string>,
  rest: Buffer,
): void {
  const { options } = house;
  const { shared } = options;
  const client = outletOf(() => socket);
  const session: Session = {
    shared,
    lifting: decidesByLifting(shared.shape),
    pass: passageOf(() => session),
    client,
    source: socket,
    first: settings,
    settings,
    block: newBlock(settings),
    members: new Map(),
    batches: new Map(),
    statements: new Map(),
    portals: new Map(),
    textBefore: 0,
    found: undefined,
    skipping: false,
    takes: undefined,
    divert: () => {},
    commits: false,
    ended: false,
  };
  const leave = (): boolean => {
    if (session.ended) return false;
    session.ended = true;
    house.clients.delete(pid);
    abandon(session);
    return true;
  };
  const end = (): void => {
    if (leave()) socket.destroy();
  };
  const broken = (error: unknown): void => {
    if (!leave()) return;
    const isTheirs = error instanceof ProtocolViolation;
    if (!isTheirs) options.onBug(error);
    socket.end(errorResponse(isTheirs ? violation(error) : ownBug));
    setTimeout(() => socket.destroy(), 1_000).unref();
  };
  const loop = messageLoop(session, broken);
  const pid = nextPid(house);
  const entry: Client = {
    session,
    loop,
    socket,
    secret: randomInt(-(2 ** 31), 2 ** 31),
    heardAt: Date.now(),
  };
  house.clients.set(pid, entry);
  shared.counters.connected();
  const frames = frameReader(options.limits.messageBytes, (type, frame) => {
    if (type === F.terminate) {
      end();
      return false;
    }
    loop.take(type, frame);
    return !session.ended;
  });
  const take = (chunk: Buffer): void => {
    if (session.ended) return;
    entry.heardAt = Date.now();
    try {
      frames.push(chunk);
    } catch (error) {
      broken(error);
    }
    flushAll(session);
  };
  socket.on('data', take).on('close', end).on('error', end).on('end', end);
  greet(session, pid, entry.secret, options.parameters(), given);
  if (rest.length > 0) take(rest);
  socket.resume();
}

/** What the messages of one chunk said to the shards goes out in one go. A client that is faster than its shard is stopped. */
function flushAll({ members, source }: Session): void {
  if (members.size === 0) return;
  for (const { outlet } of members.values()) {
    outlet.flush();
    outlet.holdBack(source);
  }
}

function nextPid(house: House): number {
  do house.lastPid = (house.lastPid % 2_147_483_000) + 1;
  while (house.clients.has(house.lastPid));
  return house.lastPid;
}

function greet(
  { client }: Session,
  pid: number,
  secret: number,
  parameters: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, string>,
): void {
  client.push(authentication(0));
  for (const [name, value] of parameters) {
    client.push(parameterStatus(name, (name === 'client_encoding' ? undefined : given.get(name)) ?? value));
  }
  client.push(backendKey(pid, secret));
  client.push(readyForQuery('I'));
  client.flush();
}

// ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The client is gone: its statements are cancelled, and what is in the middle of something is closed. */
function abandon(session: Session): void {
  const takes = session.takes;
  // A COPY ends as if the client had given up.
  takes?.(F.copyFail, copyGivenUp);
  if (session.commits) return;
  for (const backend of session.members.values()) {
    if (backend.isBusy()) {
      const pool = session.shared.pools[backend.place];
      if (pool !== undefined) void sendCancel(pool.endpoint, backend.pid, backend.secret);
    }
    session.shared.pools[backend.place]?.giveBack(backend);
  }
  session.members = new Map();
  session.batches = new Map();
}

const copyGivenUp = Buffer.from([F.copyFail, 0, 0, 0, 5, 0]);

function cancel({ clients, options }: House, pid: number, secret: number): void {
  const client = clients.get(pid);
  if (client === undefined || client.secret !== secret || client.session.commits) return;
  for (const backend of client.session.members.values()) {
    const pool = options.shared.pools[backend.place];
    if (pool === undefined || !backend.isBusy()) continue;
    const before = backend.cancels ?? Promise.resolve();
    const sent = sendCancel(pool.endpoint, backend.pid, backend.secret);
    backend.cancels = before.then(() => sent);
  }
}

/**
 * Sockets that read into one buffer, which all of them share: what came is copied out at its own length before anything else is
 * read. A socket otherwise asks for 64 KiB for each read and gives most of it back, which costs more than the statement in it.
 */

import net from 'node:net';

const shared = Buffer.allocUnsafeSlow(65_536);

/** For `net.connect` and for a socket that is made: `socket` is asked for when there is something to tell it. */
export function intoSharedBuffer(socket: () => net.Socket): net.OnReadOpts {
  return {
    buffer: shared,
    callback: (length) => {
      const chunk = Buffer.allocUnsafe(length);
      shared.copy(chunk, 0, 0, length);
      socket().emit('data', chunk);
      return true;
    },
  };
}

/**
 * A socket that a server has accepted, as one that reads so. Node has no option for these; where it does not let the connection be
 * taken over either, they stay as they are, and slower. The server does not count them any more: its `close` does not wait for them.
 */
export function sparing(accepted: net.Socket): net.Socket {
  const owner = accepted as unknown as { _handle?: object | null };
  const handle = owner._handle;
  if (handle === undefined || handle === null) return accepted;
  owner._handle = null;
  accepted.destroy();
  const options = { handle, onread: intoSharedBuffer(() => socket) };
  const socket: net.Socket = new net.Socket(options as net.SocketConstructorOpts);
  return socket;
}

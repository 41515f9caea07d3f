/**
 * NOTIFY on a server as a reason to read the map anew: whoever moves ownership says so there, and all routers hear it. While the
 * connection is away nothing is heard, so the map is read when it is back.
 */

import { connectTo } from '../postgres/index.js';

/** The channel; what is said on it does not matter. */
const mapChannel = 'shardwright_map';

const againMs = 2_000;

interface MapNews {
  readonly stop: () => void;
}

export function listenForMaps(
  dsn: string,
  environment: Readonly<Record<string, string | undefined>>,
  changed: () => void,
  say: (line: string) => void,
): MapNews {
  let client: Awaited<ReturnType<typeof connectTo>> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let wasAway = false;
  const later = (): void => {
    client = undefined;
    if (isStopped) return;
    if (!wasAway) say(`nobody hears ${mapChannel}: its server cannot be reached, and is tried anew`);
    wasAway = true;
    timer = setTimeout(() => void listen(), againMs);
  };
  const listen = async (): Promise<void> => {
    try {
      const opened = await connectTo(dsn, environment);
      opened.on('notification', changed);
      opened.on('error', () => {});
      opened.once('end', later);
      client = opened;
      if (isStopped) return void opened.end();
      await opened.query(`LISTEN ${mapChannel}`);
      say(`listening for ${mapChannel}`);
      if (wasAway) changed();
      wasAway = false;
    } catch {
      if (client === undefined) later();
      else void client.end().catch(() => {});
    }
  };
  void listen();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      void client?.end().catch(() => {});
    },
  };
}

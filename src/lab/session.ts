/** Connections of the lab: one at a time, closed when the work is done, errors told without an address. */

import type { Client } from 'pg';
import { connectTo, type Environment } from '../postgres/index.js';
import type { LabDatabase, Parts } from './parts.js';

export async function withClient<T>(dsn: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectTo(dsn);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** One connection to each database, as whoever may do the most there. */
export async function withClients<T>(
  { monolith, shards, unsharded }: Parts<LabDatabase>,
  environment: Environment | undefined,
  work: (clients: Parts<Client>) => Promise<T>,
): Promise<T> {
  const open: Client[] = [];
  const connect = async ({ adminDsn }: LabDatabase): Promise<Client> => {
    const client = await connectTo(adminDsn, environment);
    open.push(client);
    return client;
  };
  try {
    return await work({
      monolith: await connect(monolith),
      shards: await Promise.all(shards.map(connect)),
      ...(unsharded === undefined ? {} : { unsharded: await connect(unsharded) }),
    });
  } finally {
    await Promise.all(open.map((client) => client.end().catch(() => {})));
  }
}

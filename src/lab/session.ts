/** Connections of the lab: one at a time, closed when the work is done, errors told without an address. */

import type { Client } from 'pg';
import { connectTo } from '../postgres/index.js';

/** Values come as the texts that the server prints. */
export async function withClient<T>(dsn: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectTo(dsn);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

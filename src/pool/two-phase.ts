/**
 * A write on several databases as one: each prepares its part, the decision is recorded in one place, then all commit.
 *
 * The record decides. As long as it is not there, the write has not happened, and whoever finds parts prepared long ago
 * records that it never will; afterwards every part is committed, by this process or by `settle`. So a crash anywhere leaves
 * parts that are all committed or all rolled back once `settle` has run. Follows presumed abort (Mohan, Lindsay, Obermarck:
 * Transaction Management in the R* Distributed Database Management System, 1986).
 */

import { randomUUID } from 'node:crypto';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import type { Part, Several } from '../model/index.js';
import type { Database } from './database.js';
import { concatenated, type Databases, mustHaveSameColumns, partAsk } from './read-several.js';
import type { Asked } from './statement.js';

const prefix = 'shardwright:';

const recordTable = `
  CREATE SCHEMA IF NOT EXISTS shardwright;
  CREATE TABLE IF NOT EXISTS shardwright.two_phase (
    id text PRIMARY KEY,
    outcome text NOT NULL CHECK (outcome IN ('commit', 'abort')),
    decided_at timestamptz NOT NULL DEFAULT now())`;

export interface TwoPhase {
  readonly write: (decision: Several, asked: Asked) => Promise<QueryResult>;
  /** Brings to an end what a process left prepared that is no more; gives how many parts. */
  readonly settle: (olderThanSeconds?: number) => Promise<number>;
}

/** `recorder`: where decisions are recorded. */
export function twoPhase(databases: Databases, all: readonly Database[], recorder: Database): TwoPhase {
  let ready: Promise<unknown> | undefined;
  const prepareRecord = (): Promise<unknown> => {
    ready ??= recorder.query({ text: recordTable }).catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  };
  return {
    write: async (decision, asked) => {
      await prepareRecord();
      return write(databases, recorder, decision, asked);
    },
    settle: async (olderThanSeconds = 60) => {
      await prepareRecord();
      let ended = 0;
      for (const database of all) ended += await settleOn(database, recorder, olderThanSeconds);
      return ended;
    },
  };
}

interface Prepared {
  readonly client: PoolClient;
  readonly gid: string;
}

/**
 * One part after the other in the order of the shards: two such writes cannot wait for each other in a circle. Connections are
 * kept to the end, the recorder's from the beginning: a write that holds locks never waits for a connection that somebody has
 * who waits for these locks.
 */
async function write(
  databases: Databases,
  recorder: Database,
  decision: Several,
  asked: Asked,
): Promise<QueryResult> {
  const { parts, merge } = decision;
  const id = `${prefix}${randomUUID()}`;
  const results: QueryResult[] = [];
  const prepared: Prepared[] = [];
  await recorder.withClient(async (record) => {
    let isDecided = false;
    const goOn = async (): Promise<void> => {
      const part = parts[prepared.length];
      if (part !== undefined) return prepare(part, databases.at(part.shard));
      isDecided = true;
      await commitAll(record, id, prepared);
    };
    const prepare = (part: Part, database: Database): Promise<void> => {
      // Databases of one server share their names of prepared transactions.
      const gid = `${id}:${database.place}`;
      const there = async (client: PoolClient): Promise<void> => {
        results.push(await preparedPart(client, gid, partAsk(part, asked, false)));
        prepared.push({ client, gid });
        try {
          if (merge.kind === 'concatenate') mustHaveSameColumns(decision, results);
          await goOn();
        } catch (error) {
          if (!isDecided) await client.query(`ROLLBACK PREPARED '${gid}'`).catch(leftToSettle);
          throw error;
        }
      };
      return database === recorder ? there(record) : database.withClient(there);
    };
    await goOn();
  });
  return merge.kind === 'concatenate' ? concatenated(results, merge) : (results[0] as QueryResult);
}

async function commitAll(record: PoolClient, id: string, prepared: readonly Prepared[]): Promise<void> {
  await record.query(`INSERT INTO shardwright.two_phase (id, outcome) VALUES ($1, 'commit')`, [id]);
  const committed = await Promise.all(
    prepared.map(({ client, gid }) => client.query(`COMMIT PREPARED '${gid}'`).then(done, leftToSettle)),
  );
  if (!committed.every((one) => one)) return;
  await record.query('DELETE FROM shardwright.two_phase WHERE id = $1', [id]).catch(() => undefined);
}

async function preparedPart(client: PoolClient, gid: string, ask: QueryConfig): Promise<QueryResult> {
  await client.query('BEGIN');
  try {
    const result = await client.query(ask);
    await client.query(`PREPARE TRANSACTION '${gid}'`);
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function done(): boolean {
  return true;
}

/** Decided all the same: `settle` ends it. */
function leftToSettle(): boolean {
  return false;
}

async function settleOn(database: Database, recorder: Database, olderThanSeconds: number): Promise<number> {
  const { rows } = await database.query({
    text: `SELECT gid FROM pg_prepared_xacts
      WHERE database = current_database() AND starts_with(gid, $1) AND prepared < now() - make_interval(secs => $2)`,
    values: [prefix, olderThanSeconds],
  });
  for (const { gid } of rows as { gid: string }[]) {
    const outcome = await outcomeOf(recorder, gid.replace(/:[^:]*$/, ''));
    // Somebody else may have ended it in the meantime.
    await database
      .query({
        text: `${outcome === 'commit' ? 'COMMIT' : 'ROLLBACK'} PREPARED '${gid.replaceAll("'", "''")}'`,
      })
      .catch(leftToSettle);
  }
  return rows.length;
}

/** What is recorded; where nothing is, that it never happened is recorded now, so that nobody can decide otherwise later. */
async function outcomeOf(recorder: Database, id: string): Promise<string> {
  await recorder.query({
    text: `INSERT INTO shardwright.two_phase (id, outcome) VALUES ($1, 'abort') ON CONFLICT DO NOTHING`,
    values: [id],
  });
  const { rows } = await recorder.query({
    text: 'SELECT outcome FROM shardwright.two_phase WHERE id = $1',
    values: [id],
  });
  return (rows as { outcome: string }[])[0]?.outcome ?? 'abort';
}

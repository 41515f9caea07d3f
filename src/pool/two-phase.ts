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
import { type Database, isBroken, wentAway } from './database.js';
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
  /** Nothing is tried any more. */
  readonly end: () => void;
}

/** A write some of whose parts are prepared still, since their databases went away. */
interface Unfinished {
  readonly id: string;
  /** Undefined: the record says. */
  readonly outcome: 'commit' | 'abort' | undefined;
  readonly parts: { readonly database: Database; readonly gid: string }[];
}

const shortestPauseMs = 1000;
const longestPauseMs = 30_000;

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
  let unfinished: Unfinished[] = [];
  let timer: NodeJS.Timeout | undefined;
  let hasEnded = false;
  let pauseMs = shortestPauseMs;
  /** Their rows are locked as long as they are prepared, so they are tried until they are through. */
  const finishAll = async (): Promise<void> => {
    timer = undefined;
    const tried = unfinished;
    unfinished = [];
    for (const one of tried) if (!(await isFinished(one, recorder))) unfinished.push(one);
    pauseMs = unfinished.length === 0 ? shortestPauseMs : Math.min(2 * pauseMs, longestPauseMs);
    if (unfinished.length > 0 && !hasEnded) timer ??= setTimeout(finishAll, pauseMs).unref();
  };
  return {
    write: async (decision, asked) => {
      await prepareRecord();
      const left = (one: Unfinished): void => {
        if (one.parts.length > 0) unfinished.push(one);
      };
      const finish = async (): Promise<void> => {
        if (unfinished.length > 0 && timer === undefined) await finishAll();
      };
      try {
        const result = await write(databases, recorder, { decision, asked, left });
        await finish();
        return result;
      } catch (error) {
        void finish();
        throw error;
      }
    },
    settle: async (olderThanSeconds = 60) => {
      await prepareRecord();
      const ended = await Promise.allSettled(
        all.map((database) => settleOn(database, recorder, olderThanSeconds)),
      );
      const failed = ended.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return ended.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0);
    },
    end: () => {
      hasEnded = true;
      clearTimeout(timer);
    },
  };
}

interface Prepared {
  readonly client: PoolClient;
  readonly database: Database;
  readonly gid: string;
}

interface Write {
  readonly decision: Several;
  readonly asked: Asked;
  readonly left: (one: Unfinished) => void;
}

/**
 * One part after the other in the order of the shards: two such writes cannot wait for each other in a circle. Connections are
 * kept to the end, the recorder's from the beginning: a write that holds locks never waits for a connection that somebody has
 * who waits for these locks.
 */
async function write(
  databases: Databases,
  recorder: Database,
  { decision, asked, left }: Write,
): Promise<QueryResult> {
  const { parts, merge } = decision;
  const id = `${prefix}${randomUUID()}`;
  const results: QueryResult[] = [];
  const prepared: Prepared[] = [];
  const undone: Unfinished = { id, outcome: 'abort', parts: [] };
  await recorder
    .withClient(async (record) => {
      let isDecided = false;
      const goOn = async (): Promise<void> => {
        const part = parts[prepared.length];
        if (part !== undefined) return prepare(part, databases.at(part.shard));
        isDecided = true;
        await decide(record, recorder, id).catch((error: unknown) => {
          left({ id, outcome: undefined, parts: [...prepared] });
          throw error;
        });
        left({ id, outcome: 'commit', parts: await commitAll(record, id, prepared) });
      };
      const prepare = (part: Part, database: Database): Promise<void> => {
        // Databases of one server share their names of prepared transactions.
        const gid = `${id}:${database.place}`;
        const there = async (client: PoolClient): Promise<void> => {
          results.push(
            await preparedPart(client, gid, partAsk(part, asked, false)).catch((error: unknown) => {
              if (isBroken(error)) undone.parts.push({ database, gid });
              throw error;
            }),
          );
          prepared.push({ client, database, gid });
          try {
            if (merge.kind === 'concatenate') mustHaveSameColumns(decision, results);
            await goOn();
          } catch (error) {
            if (!isDecided)
              await client
                .query(`ROLLBACK PREPARED '${gid}'`)
                .catch(() => undone.parts.push({ database, gid }));
            throw error;
          }
        };
        return database === recorder ? there(record) : database.withClient(there);
      };
      await goOn();
    })
    .finally(() => left(undone));
  return merge.kind === 'concatenate' ? concatenated(results, merge) : (results[0] as QueryResult);
}

/** From here on it is committed. */
async function decide(record: PoolClient, { place }: Database, id: string): Promise<void> {
  try {
    await record.query(`INSERT INTO shardwright.two_phase (id, outcome) VALUES ($1, 'commit')`, [id]);
  } catch (error) {
    if ((error as { readonly code?: string }).code === '23505') throw settledBefore();
    throw isBroken(error) ? wentAway(place, error) : error;
  }
}

function settledBefore(): Error {
  const failed = new Error(
    'the write was rolled back: settle ended it, since it had been prepared for so long',
  );
  return Object.assign(failed, { code: '40000' });
}

/** Gives the parts that are prepared still. */
async function commitAll(
  record: PoolClient,
  id: string,
  prepared: readonly Prepared[],
): Promise<Unfinished['parts']> {
  const parts = await Promise.all(
    prepared.map(({ client, database, gid }) =>
      client.query(`COMMIT PREPARED '${gid}'`).then(
        () => [],
        () => [{ database, gid }],
      ),
    ),
  );
  if (parts.flat().length === 0) await record.query(forget, [id]).catch(() => undefined);
  return parts.flat();
}

const forget = 'DELETE FROM shardwright.two_phase WHERE id = $1';

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

/** Once no part is prepared any more. */
async function isFinished({ id, outcome, parts }: Unfinished, recorder: Database): Promise<boolean> {
  try {
    while (parts[0] !== undefined) {
      await endPart(parts[0].database, parts[0].gid, outcome ?? (await outcomeOf(recorder, id)));
      parts.shift();
    }
    if (outcome === 'commit') await recorder.query({ text: forget, values: [id] });
    return true;
  } catch {
    return false;
  }
}

/** @throws what the driver throws; that somebody else has ended it is fine */
async function endPart(database: Database, gid: string, outcome: string): Promise<void> {
  const text = `${outcome === 'commit' ? 'COMMIT' : 'ROLLBACK'} PREPARED '${gid.replaceAll("'", "''")}'`;
  await database
    .apart((client) => client.query(text))
    .catch((error: unknown) => {
      if ((error as { readonly code?: string }).code !== '42704') throw error;
    });
}

async function settleOn(database: Database, recorder: Database, olderThanSeconds: number): Promise<number> {
  const { rows } = await database.apart((client) =>
    client.query({
      text: `SELECT gid FROM pg_prepared_xacts
        WHERE database = current_database() AND starts_with(gid, $1) AND prepared < now() - make_interval(secs => $2)`,
      values: [prefix, olderThanSeconds],
    }),
  );
  for (const { gid } of rows as { gid: string }[]) {
    await endPart(database, gid, await outcomeOf(recorder, gid.replace(/:[^:]*$/, ''))).catch(
      (error: unknown) => {
        // Somebody else is at it.
        if ((error as { readonly code?: string }).code !== '55000') throw error;
      },
    );
  }
  return rows.length;
}

/** What is recorded; where nothing is, that it never happened is recorded now, so that nobody can decide otherwise later. */
async function outcomeOf(recorder: Database, id: string): Promise<string> {
  const { rows } = await recorder.apart(async (client) => {
    await client.query(
      `INSERT INTO shardwright.two_phase (id, outcome) VALUES ($1, 'abort') ON CONFLICT DO NOTHING`,
      [id],
    );
    return client.query('SELECT outcome FROM shardwright.two_phase WHERE id = $1', [id]);
  });
  return (rows as { outcome: string }[])[0]?.outcome ?? 'abort';
}

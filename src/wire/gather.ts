/**
 * A read of several shards: each is asked for its part at the same time, and the rows are put together. Rows that need nothing
 * but to follow each other are passed on shard by shard while the others wait; what has to be sorted, grouped or added up is
 * held, up to a limit, and handed to one of the shards as arrays, so that PostgreSQL itself puts it together.
 */

import type { Combine, CombineArgument, Concatenate, Given, Part, Several } from '../model/index.js';
import { mostParameters } from '../router/index.js';
import { type Backend, noTypes } from './backend.js';
import {
  asError,
  B,
  type Complaint,
  copyDone,
  fieldsOf,
  sqlstateOf,
  tagOf,
  valuesOf,
  withNames,
} from './backend-messages.js';
import { inexact } from './exact-values.js';
import { lostComplaint } from './exchanges.js';
import { type Bind, bind, describe, execute, parse, sync } from './frontend-messages.js';
import { Complained } from './pool.js';
import { haveSameColumns, otherColumns } from './same-columns.js';
import { admit, join, Refusal, type Session, twoSnapshots } from './state.js';
import { sqlTypes } from './type-names.js';

export const noParameters: Given = { values: [] };

export interface Gathering {
  /** The client's, undefined for the simple protocol. */
  readonly bind: Bind | undefined;
  /** Declared or inferred types of the parameters. */
  readonly types: readonly number[];
  /** Whether the client is to hear of the columns, as the simple protocol tells them. */
  readonly described: boolean;
  readonly isCopy: boolean;
  /** Messages for the client. */
  readonly say: (bytes: Buffer) => void;
}

export interface Gathered {
  readonly tag: string;
}

/** @throws Complained, Refusal */
export async function gather(session: Session, several: Several, gathering: Gathering): Promise<Gathered> {
  if (several.isWrite && several.parts.length > 1) throw new Complained(writesSeveral(several));
  const { block, shared } = session;
  const [only] = several.parts;
  if (several.isWrite && only !== undefined) {
    const refusal = admit(session, placeOfPart(session, only), several);
    if (refusal !== undefined) throw new Complained(refusal);
  }
  if (block.oneSnapshot) throw new Complained(twoSnapshots(shared.pools[block.primary ?? 0]?.name ?? ''));
  const backends: Backend[] = [];
  for (const part of several.parts) backends.push(await join(session, placeOfPart(session, part)));
  const { merge } = several;
  if (merge.kind === 'combine') return combined(session, several.parts, backends, merge, gathering);
  if (merge.kind === 'same') {
    return followed(session, several.parts.slice(0, 1), backends, { kind: 'concatenate' }, gathering);
  }
  return followed(session, several.parts, backends, merge, gathering);
}

function placeOfPart({ shared }: Session, { shard }: Part): number {
  return shard === 'unsharded' ? (shared.unsharded ?? shared.home) : shard;
}

function writesSeveral({ verdict, parts }: Several): Complaint {
  return {
    sqlstate: '0A000',
    message: `${verdict}: the statement writes on ${parts.length} shards, which cannot commit as one`,
    hint: 'Write the rows of one key in a statement; change global tables on each shard.',
  };
}

// ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────

interface PartAnswer {
  readonly done: Promise<void>;
  /** Rows are held until they are asked for. */
  readonly release: (row: (frame: Buffer) => void) => void;
  columns: Buffer | undefined;
  error: Buffer | undefined;
  tag: string;
  isLost: boolean;
}

/** Asks by the extended protocol. `isWaiting`: rows stop coming until it is this shard's turn. */
function askPart(backend: Backend, text: string, parameters: Parameters, isWaiting: boolean): PartAnswer {
  let deliver: ((frame: Buffer) => void) | undefined;
  const waiting: Buffer[] = [];
  let resolve = (): void => {};
  const answer: PartAnswer = {
    done: new Promise((done) => {
      resolve = done;
    }),
    release: (row) => {
      deliver = row;
      for (const frame of waiting.splice(0)) row(frame);
      backend.resume();
    },
    columns: undefined,
    error: undefined,
    tag: '',
    isLost: false,
  };
  backend.expect({
    unread: noTypes,
    pass: () => {},
    parameter: () => {},
    message: (type, frame) => {
      switch (type) {
        case B.dataRow:
        case B.copyData:
          if (deliver !== undefined) return deliver(frame);
          waiting.push(frame);
          if (isWaiting) backend.pause();
          return;
        case B.rowDescription:
        case B.copyOut:
          answer.columns = frame;
          return;
        case B.error:
          answer.error = frame;
          return;
        case B.commandComplete:
          answer.tag = tagOf(frame);
      }
    },
    ready: resolve,
    lost: () => {
      answer.isLost = true;
      resolve();
    },
  });
  backend.unnamed = undefined;
  backend.outlet.push(parse('', text, parameters.types));
  backend.outlet.push(bind('', '', parameters.rest));
  backend.outlet.push(describe('portal', ''));
  backend.outlet.push(execute('', 0));
  backend.outlet.push(sync);
  backend.outlet.flush();
  return answer;
}

interface Parameters {
  readonly types: readonly number[];
  /** Of a Bind, after its names. */
  readonly rest: Buffer;
}

/** The client's parameters that a part takes, and the formats of its results. */
function parametersOf(
  numbers: readonly number[],
  { bind: given, types }: Gathering,
  resultFormats: readonly number[] = given?.resultFormats ?? [],
): Parameters {
  const formats = numbers.map((n) => formatOf(given, n));
  const values = numbers.map((n) => given?.values[n - 1] ?? null);
  return { types: numbers.map((n) => types[n - 1] ?? 0), rest: bindRest(formats, values, resultFormats) };
}

/** Columns of all rows as arrays, and parameters of the client, for the query that combines. */
function argumentsOf(
  wanted: readonly CombineArgument[],
  columns: readonly (readonly string[])[],
  { bind: given, types }: Gathering,
): Parameters {
  const value = (argument: CombineArgument): Buffer | null =>
    argument.kind === 'column'
      ? Buffer.from(`{${(columns[argument.at] ?? []).join(',')}}`)
      : (given?.values[argument.number - 1] ?? null);
  const formats = wanted.map((one) => (one.kind === 'column' ? 0 : formatOf(given, one.number)));
  return {
    types: wanted.map((one) => (one.kind === 'column' ? textArray : (types[one.number - 1] ?? 0))),
    rest: bindRest(formats, wanted.map(value), given?.resultFormats ?? []),
  };
}

const textArray = 1009;

function formatOf(given: Bind | undefined, number: number): number {
  const formats = given?.formats ?? [];
  return (formats.length === 1 ? formats[0] : formats[number - 1]) ?? 0;
}

function bindRest(
  formats: readonly number[],
  values: readonly (Buffer | null)[],
  results: readonly number[],
): Buffer {
  const uint16 = (value: number): Buffer => {
    const bytes = Buffer.allocUnsafe(2);
    bytes.writeUInt16BE(value);
    return bytes;
  };
  const parts = [uint16(formats.length), ...formats.map(uint16), uint16(values.length)];
  for (const value of values) {
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(value?.length ?? -1);
    parts.push(length);
    if (value !== null) parts.push(value);
  }
  return Buffer.concat([...parts, uint16(results.length), ...results.map(uint16)]);
}

function checked(session: Session, backend: Backend, { error, isLost }: PartAnswer): void {
  const name = session.shared.pools[backend.place]?.name ?? '';
  if (error !== undefined) {
    session.shared.counters.error(sqlstateOf(error));
    throw new Refusal(asError(error));
  }
  if (isLost) throw new Complained(lostComplaint(name));
}

// ── putting together ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Rows shard by shard, in the shards' order. */
async function followed(
  session: Session,
  parts: readonly Part[],
  backends: readonly Backend[],
  { skip = 0, take = Number.POSITIVE_INFINITY }: Concatenate,
  gathering: Gathering,
): Promise<Gathered> {
  let rows = 0;
  const answers = parts.map((part, i) => {
    const backend = backends[i] as Backend;
    return askPart(backend, part.text, parametersOf(part.parameters, gathering), i > 0);
  });
  const tags: string[] = [];
  let failure: unknown;
  for (const [i, answer] of answers.entries()) {
    const backend = backends[i] as Backend;
    let isFirst = true;
    const differs = (): boolean =>
      !gathering.isCopy && i > 0 && !haveSameColumns(answers[0]?.columns, answer.columns);
    answer.release((frame) => {
      if (isFirst && differs()) failure ??= differing(session, backend);
      if (failure !== undefined) return;
      if (isFirst && i === 0) saysColumns(answer, gathering);
      isFirst = false;
      rows += 1;
      if (rows <= skip || rows > skip + take) return;
      gathering.say(frame);
      session.client.holdBack(backend);
    });
    await answer.done;
    if (isFirst && i === 0 && failure === undefined && answer.error === undefined)
      saysColumns(answer, gathering);
    try {
      checked(session, backend, answer);
    } catch (error) {
      failure ??= error;
    }
    tags.push(answer.tag);
  }
  if (failure !== undefined) throw failure;
  if (gathering.isCopy) gathering.say(copyDone);
  if (skip === 0 && take === Number.POSITIVE_INFINITY) return { tag: summed(tags) };
  return { tag: `SELECT ${Math.max(0, Math.min(rows - skip, take))}` };
}

function differing(session: Session, { place }: Backend): Complained {
  return new Complained(otherColumns(session.shared.pools[place]?.name ?? ''));
}

function saysColumns({ columns }: PartAnswer, { described, isCopy, say }: Gathering): void {
  if (columns !== undefined && (described || isCopy)) say(columns);
}

/** `SELECT 3` and `SELECT 4` are `SELECT 7`. */
function summed(tags: readonly string[]): string {
  const count = tags.reduce((sum, tag) => sum + Number(/(\d+)$/.exec(tag)?.[1] ?? 0), 0);
  return (tags[0] ?? 'SELECT 0').replace(/\d+$/, String(count));
}

async function combined(
  session: Session,
  parts: readonly Part[],
  backends: readonly Backend[],
  merge: Combine,
  gathering: Gathering,
): Promise<Gathered> {
  const columns: string[][] = [];
  const most = session.shared.mergeBytes;
  let bytes = 0;
  const answers = parts.map((part, i) =>
    askPart(backends[i] as Backend, part.text, parametersOf(part.parameters, gathering, []), false),
  );
  for (const answer of answers) {
    answer.release((frame) => {
      bytes += frame.length;
      if (bytes > most) return;
      for (const [k, value] of valuesOf(frame).entries()) {
        let column = columns[k];
        if (column === undefined) {
          column = [];
          columns[k] = column;
        }
        column.push(element(value));
      }
    });
  }
  await Promise.all(answers.map(({ done }) => done));
  for (const [i, answer] of answers.entries()) {
    checked(session, backends[i] as Backend, answer);
    if (!haveSameColumns(answers[0]?.columns, answer.columns))
      throw differing(session, backends[i] as Backend);
  }
  if (bytes > most) throw new Complained(tooMuch(most));
  const where = backends[0] as Backend;
  const described = answers[0]?.columns;
  const oids = described === undefined ? [] : fieldsOf(described).map(({ type }) => type);
  const complaint = inexact(session, oids);
  if (complaint !== undefined) throw new Complained(complaint);
  const types = await sqlTypes(where, oids);
  const { text, arguments: given } = merge.query(types);
  if (given.length > mostParameters) throw new Complained(tooManyParameters);
  const last = askPart(where, text, argumentsOf(given, columns, gathering), false);
  // Columns are called as the statement calls them.
  const sayOwnColumns = (): void => {
    if (last.columns !== undefined && described !== undefined)
      last.columns = withNames(last.columns, described);
    saysColumns(last, gathering);
  };
  let isFirst = true;
  last.release((frame) => {
    if (isFirst) sayOwnColumns();
    isFirst = false;
    gathering.say(frame);
    session.client.holdBack(where);
  });
  await last.done;
  checked(session, where, last);
  if (isFirst) sayOwnColumns();
  return { tag: last.tag };
}

/** A value as an element of an array's text. */
function element(value: Buffer | null): string {
  if (value === null) return 'NULL';
  return `"${value.toString('utf8').replace(/["\\]/g, '\\$&')}"`;
}

const tooManyParameters: Complaint = {
  sqlstate: '54000',
  message: `the statement's parameters and columns are more than ${mostParameters} together, and its rows are put together by a statement with both`,
  hint: 'Pass the values as an array: = ANY($1).',
};

function tooMuch(most: number): Complaint {
  return {
    sqlstate: '54000',
    message: `putting the shards' rows together would take more than ${most} bytes`,
    hint: 'Ask for fewer rows, or raise --merge-bytes.',
  };
}

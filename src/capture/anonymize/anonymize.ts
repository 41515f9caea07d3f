/** What was captured, with every name of the application replaced, and without literals, comments and tags. */

import { loadModule } from 'libpg-query';
import { byCodeUnit, UserError } from '../../model/index.js';
import type { Row } from '../../postgres/index.js';
import { loadReader } from '../../syntax/index.js';
import type { Captured } from '../capture.js';
import { anonymizedCatalog, type CatalogContext, nameIn } from './catalog.js';
import type { Pseudonyms } from './pseudonyms.js';
import { type Rewriting, rewriteSql } from './rewrite.js';
import { rewriteUnread } from './unread.js';
import { wordsOf } from './words.js';

const masked = '<insufficient privilege>';

/** @throws UserError bad-input when the capture was taken without the server's own names */
export async function anonymize(captured: Captured, pseudonyms: Pseudonyms): Promise<Captured> {
  if (captured.builtins === undefined) {
    throw new UserError(
      'bad-input',
      "the capture does not hold the server's own names, so that nothing can be told from them",
      'Capture again with the names of the server.',
    );
  }
  await loadModule();
  const reader = await loadReader('libpg-query');
  const dropped = new Map<string, number>();
  const context: CatalogContext = {
    pseudonyms,
    words: wordsOf(captured.builtins, captured.catalog),
    readBody: (body) => reader.readTriggerFunction(body),
    drop: (kind) => dropped.set(kind, (dropped.get(kind) ?? 0) + 1),
  };
  const { facts, statements, statistics } = captured;
  const rows = statements.rows.map((row) => statementIn(context, row));
  const catalog = anonymizedCatalog(context, captured.catalog);
  return {
    facts: { ...facts, database: pseudonyms.name(facts.database), extensions: [] },
    statements: { ...statements, rows },
    catalog,
    statistics: { ...statistics, rows: statistics.rows.map((row) => measuredIn(context, row)) },
    anonymized: {
      keyId: pseudonyms.keyId,
      dropped: Object.fromEntries([...dropped].sort(([left], [right]) => byCodeUnit(left, right))),
    },
  };
}

function statementIn(context: CatalogContext, row: Row): Row {
  const { query, datname } = row;
  const renamed = { ...row, ...(datname ? { datname: context.pseudonyms.name(datname) } : {}) };
  if (query === null || query === undefined || query === masked) return renamed;
  const text = statementText(context, query);
  if (text === undefined) context.drop('statements');
  return { ...renamed, query: text ?? masked };
}

function statementText(rewriting: Rewriting, query: string): string | undefined {
  const read =
    rewriteSql(rewriting, query, 'parameters') ??
    // Some places take a literal and no parameter.
    rewriteSql(rewriting, query, 'hashes');
  return read?.text ?? rewriteUnread(rewriting, query);
}

function measuredIn(context: CatalogContext, row: Row): Row {
  const { schema, name, column } = row;
  return {
    ...row,
    schema: nameIn(context, schema ?? ''),
    name: context.pseudonyms.name(name ?? ''),
    column: column ? context.pseudonyms.name(column) : null,
  };
}

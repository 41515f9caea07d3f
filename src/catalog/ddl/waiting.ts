/**
 * Statements about a table that is not there yet: files of a folder are read by name, so keys, triggers and policies may come
 * before their tables. They are read again when everything else is; what is about no table of the schema is counted then.
 */

import type { AlterTableStmt, Node, RangeVar } from 'libpg-query';
import type { SourceRef } from '../../model/index.js';
import { applyStatement } from './apply.js';
import type { Context } from './context.js';
import type { Draft } from './draft.js';
import { findRelation } from './names.js';
import type { StatementText } from './statement-text.js';

export interface Waiting {
  readonly node: Node;
  readonly text: StatementText;
  readonly source: SourceRef;
  readonly sessionPath: readonly string[];
}

/** Applies the statement, or lets it wait for its table. */
export function applyOrWait(context: Context, node: Node, waiting: Waiting[]): void {
  const { draft, text, source } = context;
  if (lacksTable(draft, node)) waiting.push({ node, text, source, sessionPath: draft.sessionPath });
  else applyStatement(context, node);
}

export function applyWaiting(draft: Draft, waiting: readonly Waiting[]): void {
  for (const { node, text, source, sessionPath } of waiting) {
    draft.sessionPath = sessionPath;
    if (!lacksTable(draft, node)) applyStatement({ draft, text, source }, node);
    else draft.unreadable.push({ reason: 'it is about a table that is not in the schema', source });
  }
}

function lacksTable(draft: Draft, node: Node): boolean {
  const relation = subjectOf(node);
  if (relation === undefined) return false;
  const { schemaname, relname = '' } = relation;
  if (schemaname === undefined && draft.temporary.has(relname)) return false;
  const path = schemaname === undefined ? [relname] : [schemaname, relname];
  return findRelation(draft, path, draft.sessionPath) === undefined;
}

/** The table that must be there for the statement to say something of it. */
function subjectOf(node: Node): RangeVar | undefined {
  if ('IndexStmt' in node) return node.IndexStmt.relation;
  if ('CreateTrigStmt' in node) return node.CreateTrigStmt.relation;
  if ('RuleStmt' in node) return node.RuleStmt.relation;
  if ('CreatePolicyStmt' in node) return node.CreatePolicyStmt.table;
  if ('AlterTableStmt' in node && tellsOfTable(node.AlterTableStmt)) return node.AlterTableStmt.relation;
  return undefined;
}

const saysNothing =
  /^AT_(ChangeOwner|SetTableSpace|ReplicaIdentity|ClusterOn|DropCluster|SetRelOptions|ResetRelOptions|SetStorage|SetStatistics|SetCompression|SetAccessMethod|SetOptions|ResetOptions|ValidateConstraint|SetLogged|SetUnLogged|DropConstraint)$/;

function tellsOfTable({ objtype, missing_ok, cmds }: AlterTableStmt): boolean {
  if (objtype !== 'OBJECT_TABLE' || missing_ok === true) return false;
  return (cmds ?? []).some(
    (node) => 'AlterTableCmd' in node && !saysNothing.test(node.AlterTableCmd.subtype ?? ''),
  );
}

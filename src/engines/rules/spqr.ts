/**
 * SPQR, by its source (router/planner/analyze.go, router/qrouter/proxy_routing.go), with the settings that are written beside the
 * console's statements (BLOCK, strict_operators):
 *
 * - Keys are looked for in WHERE and in join conditions, of any join, and on both sides of OR; EXISTS and NOT are not entered.
 *   All that are found are collected: keys of one shard send the statement there, keys of several are refused.
 * - Without a key the statement is refused; a comment `__spqr__sharding_key` or `__spqr__default_route_behaviour: allow` says
 *   otherwise. What is allowed to all shards is put together without a merge.
 */

import type { DeployInput, DeployStatement } from '../input.js';
import type { Traits } from '../traits/index.js';
import {
  changeStatement,
  copiesDiffer,
  decidingConstants,
  keyComparisons,
  passOneKey,
  type Ruling,
  refused,
  supported,
  withSettings,
  wrong,
} from './rule.js';

const hint = 'A comment /* __spqr__sharding_key: … */ names the key where the application knows it.';

export function underSpqr(input: DeployInput, statement: DeployStatement): Ruling {
  const { verdict, traits } = statement;
  switch (verdict.verdict) {
    case 'tableless':
      return supported('tableless', 'It needs no table: any shard answers it.');
    case 'unknown':
      return wrong(
        'not-judged',
        'What it needs could not be told, and SPQR sends it wherever a key in it points.',
        changeStatement,
      );
    case 'unsharded':
      return withSettings(
        'other-database',
        'It reads unsharded tables, which SPQR does not know.',
        'Connect to the unsharded database for it.',
      );
    case 'cross-database':
      return refused('two-databases', 'The unsharded tables are not on the shards.', changeStatement);
    case 'global-read':
      return supported('any-shard', 'All shards have these tables.');
    case 'global-write':
      return (
        copiesDiffer(statement) ??
        withSettings(
          'all-shards-write',
          'It is run on every shard.',
          "SET __spqr__commit_strategy TO '2pc' makes that one commit, with max_prepared_transactions on every shard.",
        )
      );
    case 'unroutable':
      return refused(
        'no-key',
        'SPQR refuses an INSERT without the key, and an UPDATE of it.',
        'Give the key its value, or delete and insert the row.',
      );
    default:
      return traits === undefined
        ? wrong('not-judged', 'It could not be read.', changeStatement)
        : routed(input, statement, traits);
  }
}

function routed(input: DeployInput, statement: DeployStatement, traits: Traits): Ruling {
  const { verdict } = statement.verdict;
  const deciding = decidingConstants(statement);
  const found = keyComparisons(input, traits).filter(
    ({ operator, clause, exact }) =>
      operator !== 'other' && operator !== 'any' && clause !== 'elsewhere' && exact,
  );
  const values = new Set(found.flatMap((one) => one.values));
  const inserted = traits.insert !== undefined && traits.insert.rows > 0;
  if (verdict === 'single-shard') {
    if (found.some(({ optional }) => optional)) {
      return refused(
        'key-under-or',
        'Keys on both sides of OR are collected, and several shards are refused.',
        changeStatement,
      );
    }
    if ([...values].some((value) => !deciding.has(value))) {
      return refused(
        'several-keys',
        'It names another key as well: unless both live on one shard SPQR refuses it.',
        changeStatement,
      );
    }
    if (found.length > 0 || inserted)
      return supported('by-key', 'SPQR finds the key and sends it to that shard.');
    return refused('key-not-seen', 'SPQR does not see the key and refuses it.', hint);
  }
  if (verdict === 'multi-shard' && inserted) {
    return refused(
      'rows-of-shards',
      'Rows of several shards in one INSERT are refused where they are parameters.',
      'Insert row by row, or set enhanced_multishard_processing.',
    );
  }
  if (verdict === 'conditional' && values.size > 1 && !found.some(({ optional }) => optional)) {
    return withSettings(
      'several-keys',
      'Both keys are looked at: it runs when they live on one shard and is refused otherwise.',
      'Pass one value for both.',
    );
  }
  if (found.length > 0 && verdict !== 'multi-shard') {
    return wrong(
      'key-pins-not-all',
      'A key stands in it that does not pin all its rows, and SPQR sends it to the shard of that key alone.',
      changeStatement,
    );
  }
  if (found.some(({ optional, operator }) => optional || operator !== 'in')) {
    return deciding.size > 0 && [...deciding].every((value) => values.has(value))
      ? refused(
          'several-keys',
          'SPQR collects the keys of all its rows, and refuses it unless they live on one shard.',
          passOneKey,
        )
      : wrong(
          'key-pins-not-all',
          'Keys of some of its rows stand in it, and SPQR looks at nothing else.',
          changeStatement,
        );
  }
  return refused(
    'blocked',
    'It needs several shards, which BLOCK refuses.',
    verdict === 'scatter' || verdict === 'multi-shard'
      ? 'A comment /* __spqr__default_route_behaviour: allow */ sends it to all; the parts come one after the other, unsorted and unmerged.'
      : changeStatement,
  );
}

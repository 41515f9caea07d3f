/** A judged text and the values of its parameters → where it goes. Everything that does not need the values is worked out before. */

import type { Decision, Refused, Verdict } from '../model/index.js';
import type { Decide, Deciding, JudgedText } from './input.js';
import { type KeyReader, keyReader } from './keys.js';
import type { PlaceOf } from './places.js';
import { refusal } from './refusals.js';
import { decideSeveral } from './several.js';

export function deciderFor(one: Deciding): Decide {
  const { input, judged, isWrite, placeOf } = one;
  const { verdict } = judged;
  const { tables } = verdict;
  const utility = utilityProblem(judged);
  if (utility !== undefined) return always(refusal(verdict, isWrite, utility));
  switch (verdict.verdict) {
    case 'tableless':
      return always({
        kind: asksOnePlace(judged) ? 'unsharded' : 'any',
        verdict: verdict.verdict,
        tables,
        isWrite,
      });
    case 'global-read':
      if (asksOnePlace(judged)) return always(refusal(verdict, isWrite, copiesHandOut));
      return always({ kind: 'any', verdict: verdict.verdict, tables, isWrite });
    case 'unsharded':
      return always({ kind: 'unsharded', verdict: verdict.verdict, tables, isWrite });
    case 'single-shard':
      return oneShard(keyReader(input, judged), verdict, isWrite, placeOf);
    case 'conditional':
      return ifEqual(keyReader(input, judged), verdict, isWrite, placeOf);
    case 'multi-shard':
    case 'scatter':
    case 'global-write':
      return lazily(() => decideSeveral(one));
    case 'cross-shard':
    case 'cross-database':
    case 'unroutable':
    case 'unknown':
      return always(refusal(verdict, isWrite));
  }
}

function always(decision: Decision): Decide {
  return () => decision;
}

/** What is only worked out when it is asked for. */
function lazily(make: () => Decide): Decide {
  let made: Decide | undefined;
  return (given) => {
    made ??= make();
    return made(given);
  };
}

function oneShard(read: KeyReader, verdict: Verdict, isWrite: boolean, placeOf: PlaceOf): Decide {
  const constant = verdict.keyConstants?.[0];
  const { tables } = verdict;
  const kind = verdict.verdict;
  return (given) => {
    const key = read.value(constant, given);
    if (key.kind === 'problem' || (key.kind === 'null' && isWrite)) return refusal(verdict, isWrite, key);
    // No row equals NULL, so every shard gives the same answer. It is asked where rows without a key are.
    const { shard, bucket } = placeOf(read.group, key.kind === 'null' ? null : key.value);
    return { kind: 'one', verdict: kind, tables, isWrite, shard, group: read.group, bucket };
  };
}

/** Parameters that have to be equal, and are. */
function ifEqual(read: KeyReader, verdict: Verdict, isWrite: boolean, placeOf: PlaceOf): Decide {
  const pairs = verdict.pairs ?? [];
  const names = [...new Set(pairs.flat())];
  const numbers = names.map((name) => Number(/^\$(\d+)$/.exec(name)?.[1]));
  if (verdict.blocker !== 'two-parameters' || numbers.length === 0 || numbers.some(Number.isNaN))
    return always(refusal(verdict, isWrite));
  const { tables } = verdict;
  const differ = refusal(verdict, isWrite, {
    reason: `it needs one shard only if ${names.join(' = ')}, and their values differ`,
  });
  return (given) => {
    const keys: string[] = [];
    let found: Refused | undefined;
    let place = { shard: 0, bucket: 0 };
    for (const number of numbers) {
      const key = read.value({ kind: 'param', number }, given);
      if (key.kind !== 'value') {
        found = refusal(verdict, isWrite, key);
        break;
      }
      keys.push(read.text(key.value));
      place = placeOf(read.group, key.value);
    }
    if (found !== undefined) return found;
    if (keys.some((key) => key !== keys[0])) return differ;
    return { kind: 'one', verdict: verdict.verdict, tables, isWrite, group: read.group, ...place };
  };
}

/** Numbers, locks and ids that only one place may hand out. */
const onePlaceFunctions =
  /\b(?:nextval|currval|lastval|setval|pg_(?:try_)?advisory_\w+|pg_notify|pg_current_xact_id\w*|txid_current\w*|pg_export_snapshot|lo_\w+|loread|lowrite|pg_current_wal\w*|pg_create\w+|pg_drop\w+)\b/i;

const copiesHandOut = {
  reason: 'it asks for what only one place may hand out, and the table that it reads is on every shard',
  fix: 'ask for it in a statement of its own, without a table',
};

function asksOnePlace({ query, text }: JudgedText): boolean {
  return query !== undefined && onePlaceFunctions.test(text);
}

/** DDL, VACUUM, LOCK and their like are about one database; of TRUNCATE and what is unsharded it is known which. */
function utilityProblem({
  role,
  verdict,
}: JudgedText): { readonly reason: string; readonly fix: string } | undefined {
  if (role.kind !== 'utility' || verdict.verdict === 'unsharded' || verdict.verdict === 'unknown')
    return undefined;
  if (role.command === 'truncate table') return undefined;
  return {
    reason: `${role.command.toUpperCase()} is about one database, and there are several`,
    fix: 'run it on each database by itself, as migrations of the schema do',
  };
}

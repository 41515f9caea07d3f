/** With --assume-rls: how much is single-shard only because policies were taken to hold. */

import type { AnalysisResult, Catalog, Placements } from '../model/index.js';
import { classifyStatement } from '../routability/index.js';
import { type ResolveSettings, resolveStatement } from '../sql/index.js';
import type { Reader } from '../syntax/index.js';
import type { Judged } from './judged.js';

export function singleByPolicy(
  judged: readonly Judged[],
  reader: Reader,
  catalog: Catalog,
  settings: ResolveSettings,
  placements: Placements,
): AnalysisResult['singleByPolicy'] {
  if (settings.assumeRls !== true) return undefined;
  const strict = { ...settings, assumeRls: false };
  const held = judged.filter(({ verdict, query, source }) => {
    const isGuarded = query?.tables.some((table) => (catalog.tables.get(table)?.policies.length ?? 0) > 0);
    if (verdict.verdict !== 'single-shard' || isGuarded !== true) return false;
    const read = reader.read(source.text);
    if (!read.ok) return false;
    return (
      classifyStatement(resolveStatement(read.statement, catalog, strict), placements).verdict !==
      'single-shard'
    );
  });
  const weightOf = (some: readonly Judged[]) => some.reduce((total, { weight }) => total + weight, 0);
  const whole = weightOf(
    judged.filter(({ verdict }) => verdict.verdict !== 'tableless' && verdict.verdict !== 'unsharded'),
  );
  return { statements: held.length, share: whole === 0 ? 0 : weightOf(held) / whole };
}

/** What more room for global tables buys, and what each new key column buys. */

import {
  type AnalysisResult,
  bytes,
  type Curve,
  type CurvePoint,
  percent,
  type TableName,
} from '../model/index.js';
import { grouped, plural } from './numbers.js';
import type { Page, Section } from './page.js';
import { placementText } from './placement-text.js';
import { type ColumnOf, renderTable } from './table.js';
import { listed, wrap } from './words.js';

const MOST_TABLES = 3;
const NEW_COLUMNS = 'new columns at most';

export function curvesSection(page: Page, { curves, plan }: AnalysisResult): Section | undefined {
  if (curves === undefined) return undefined;
  const { globalBytes, addedKeys } = curves;
  const parts = [
    { title: 'copied at most', curve: globalBytes, text: bytes },
    {
      title: NEW_COLUMNS,
      curve: addedKeys,
      text: (limit: number) => plural(limit, 'column'),
    },
  ].filter(({ curve }) => curve.points.length > 1);
  if (parts.length === 0) return undefined;
  const lines = parts.flatMap(({ title, curve, text }) => [
    ...renderTable(page, columnsOf(page, title, text, plan.tables), curve.points),
    ...(curve.complete ? [] : ['  … there are more steps than these']),
    ...bought(page, curve, title),
  ]);
  return {
    title: 'WHAT A LIMIT BUYS: the best plan that keeps it',
    lines: [...lines, '  *: the plan above'],
  };
}

function columnsOf(
  page: Page,
  title: string,
  textOf: (limit: number) => string,
  planned: AnalysisResult['plan']['tables'],
): readonly ColumnOf<CurvePoint>[] {
  const differing = ({ differing: names, tables }: CurvePoint): string =>
    listed(
      names.map((table: TableName) => {
        const [was, is] = [planned.get(table), tables.get(table)];
        return was === undefined || is === undefined
          ? page.nameOf(table)
          : `${page.nameOf(table)} ${placementText(was)} → ${placementText(is)}`;
      }),
      page.verbose ? names.length : MOST_TABLES,
    );
  return [
    { title, text: ({ limit, isPlan }) => `${textOf(limit)}${isPlan ? ' *' : ''}` },
    { title: 'single', text: ({ score }) => percent(score.singleShardShare), align: 'right' },
    { title: 'one db', text: ({ score }) => percent(score.oneDatabaseShare), align: 'right' },
    { title: 'cost', text: ({ cost }) => grouped(cost), align: 'right' },
    { title: 'unlike the plan', text: differing, fit: 'wrap' },
  ];
}

/** In points of the single-shard share, from the tightest limit to the plan. */
function bought(page: Page, { points }: Curve, title: string): readonly string[] {
  const [first] = points;
  const plan = points.find(({ isPlan }) => isPlan);
  if (first === undefined || plan === undefined || first === plan || title !== NEW_COLUMNS) return [];
  const gain = 100 * (plan.score.singleShardShare - first.score.singleShardShare);
  const columns = plural(plan.limit - first.limit, 'new column');
  return wrap(
    `${columns} ${plan.limit - first.limit === 1 ? 'buys' : 'buy'} ${gain.toFixed(1)} points of single-shard share`,
    page.width,
    '  ',
  );
}

/** More of the weight may need several shards than people allow. */

import { percent } from '../../model/index.js';
import { crosses } from '../context.js';
import type { Rule } from '../rule.js';
import { namesOfShapes } from '../words.js';

export const budgetExceeded: Rule = {
  id: 'budget-exceeded',
  summary: 'More of the weight may need several shards than the budget allows.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: false,
  find: (context) => {
    const { score, settings, shapes, plan } = context;
    const share = 1 - score.singleShardShare;
    if (settings.maxCrossShard === undefined || share <= settings.maxCrossShard) return [];
    const heaviest = shapes.filter(crosses).slice(0, 3);
    const [first] = heaviest;
    return [
      {
        tables: first === undefined ? [] : first.face.verdict.tables,
        subject: 'all',
        location: first?.face.source ?? { file: plan.file, line: 1 },
        ...(first === undefined ? {} : { statement: first.face }),
        share,
        message: `${percent(share)} of the weight may need more than one shard, and the budget is ${percent(settings.maxCrossShard)}. The heaviest: ${namesOfShapes(context, heaviest)}.`,
        fix: first?.face.fix ?? 'Give the shard key in the heaviest statements, or raise the budget.',
      },
    ];
  },
};

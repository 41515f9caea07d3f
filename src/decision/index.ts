/**
 * Shard or not. In: the workload with its totals, statements with facts and verdicts, tables, co-access. Out: the figures of a
 * decision memo, what cheaper levers would buy, and the threshold rule that applies. No verdict of its own.
 */

export { decisionOf } from './decision.js';

/** PgDog's `SHOW QUERY_CACHE` counts `hits`. */
import type { OtherTool } from './tool.js';

export const pgdog: OtherTool = {
  isIts: (columns) => ['query', 'hits', 'direct'].every((name) => columns.includes(name)),
  adds: ['calls'],
  translated: ({ values }) => ({ calls: values.hits ?? '' }),
};

/** Which tables are used together, and the communities that they form. */
export { coAccessGraph, type StatementAccess, withTransactions } from './co-access.js';
export { layoutOf } from './layout.js';
export type { Point } from './room.js';

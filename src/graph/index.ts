/** Which tables are used together, and the communities that they form. */
export { coAccessGraph, type StatementAccess } from './co-access.js';

/** Connections to a PostgreSQL server: where it is and how it is reached, read-only sessions, and what goes wrong in words. */
export { openSession, type Row, type Session, type SessionOptions } from './connect.js';
export { type Address, type Environment, parseDsn, type SslMode } from './dsn.js';
export { serverError } from './failures.js';
export { quoteIdentifier, quoteLiteral } from './quoting.js';

/** Connections to a PostgreSQL server: where it is and how it is reached, read-only sessions, and what goes wrong in words. */
export {
  connectionFor,
  connectTo,
  openSession,
  type Row,
  type Session,
  type SessionOptions,
} from './connect.js';
export { type Address, type Environment, parseDsn } from './dsn.js';
export { isRefusedLogin, serverError, type Unreached, whyUnreached } from './failures.js';
export { quoteIdentifier, quoteLiteral } from './quoting.js';
export { type Way, waysToConnect } from './tls.js';

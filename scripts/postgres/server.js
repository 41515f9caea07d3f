// A real PostgreSQL in a temporary folder for scripts and tests that need one: what src/lab starts, as it was built.
// Gives { host, port, user, password, stop }. The server and its folder are gone after stop(), and also when this process
// ends, however it ends.
export { startPostgres } from '../../dist/lab/index.js';

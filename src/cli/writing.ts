/** Files are written by a room that is loaded when there is something to write: `--help` waits for what it needs alone. */

type Files = typeof import('../files/index.js');

export const writeFiles: Files['writeFiles'] = async (...given) =>
  (await import('../files/index.js')).writeFiles(...given);

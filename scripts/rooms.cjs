// The rooms of the house: what the dependency rules and the purity check are made from.
// A new folder in src/ is a new room and has to be given its floor here.

/** Floors from the ground up. A room imports only from floors below its own. */
const floors = [
  ['model'],
  ['contract', 'postgres', 'files', 'syntax', 'report'],
  ['catalog', 'workload', 'topology', 'config'],
  ['sql', 'capture'],
  ['graph', 'routability'],
  ['planner', 'gate', 'engines', 'router'],
  ['fitness'],
  ['load', 'decision', 'analysis', 'rollout', 'pool', 'wire', 'lab', 'migration'],
  ['inputs'],
  ['pipeline'],
  ['runs'],
  ['index'],
  ['cli'],
  // Built into an asset of its own, so nothing imports it.
  ['page'],
];

/** Rooms that compute and nothing else: clock, seed and listeners come in as arguments. */
const pureRooms = [
  'syntax',
  'sql',
  'graph',
  'routability',
  'planner',
  'gate',
  'report',
  'topology',
  'load',
  'decision',
  'engines',
  'router',
];

/** Rooms that touch files, servers, browsers or the clock as their purpose; pure rooms may use their types only. */
const impureRooms = [
  'page',
  'postgres',
  'files',
  'workload',
  'config',
  'capture',
  'rollout',
  'fitness',
  'pool',
  'wire',
  'lab',
  'migration',
];

/** Node modules that only compute. Of crypto, the purity check allows createHash alone. */
const pureBuiltins = ['buffer', 'crypto', 'string_decoder', 'util'];

/** The one builtin that a single pure room needs: the planner runs its solver in a worker. */
const solverBuiltin = { room: 'planner', builtin: 'worker_threads' };

/** The planner's way out of its purity: a worker for the solver, and the clock for the time limit that the user set. */
const solverSession = 'src/planner/solver/session.ts';

/** The rooms that are single files at the top of src/ rather than folders. */
const fileRooms = ['pipeline', 'index'];

module.exports = { floors, pureRooms, impureRooms, pureBuiltins, solverBuiltin, solverSession, fileRooms };

// The house's dependency rules, made from the rooms in scripts/rooms.cjs. Run by scripts/house-rules.js.
const {
  floors,
  pureRooms,
  impureRooms,
  pureBuiltins,
  solverBuiltin,
  fileRooms,
} = require('./scripts/rooms.cjs');

const anyOf = (names) => `(?:${names.join('|')})`;
const roomPath = (room) => (fileRooms.includes(room) ? `^src/${room}\\.ts$` : `^src/${room}/`);
const builtin = (names) => `^(?:node:)?${anyOf(names)}(?:/|$)`;

/** What one room may import inside src/: itself and the floors below; three rooms are narrower than their floor. */
function mayImport(room, below) {
  // Where a command's result goes is no part of the library.
  if (room === 'cli') return ['cli', 'index', 'model', 'files'];
  if (room === 'report' || room === 'page') return [room, 'model'];
  return [room, ...below];
}

function floorRules() {
  return floors.flatMap((rooms, height) => {
    const below = floors.slice(0, height).flat();
    return rooms.map((room) => ({
      name: `floor-of-${room}`,
      comment: `${room} may import only: ${mayImport(room, below)
        .filter((name) => name !== room)
        .join(', ')}.`,
      severity: 'error',
      from: { path: roomPath(room) },
      to: { path: '^src/', pathNot: mayImport(room, below).map(roomPath) },
    }));
  });
}

/** Pure rooms load no node module that reads or changes the world outside. */
function purityRules() {
  return pureRooms.map((room) => ({
    name: `purity-of-${room}`,
    comment: `${room} is pure: files, network, clock and processes stay outside and come in as arguments.`,
    severity: 'error',
    from: { path: roomPath(room) },
    to: {
      dependencyTypes: ['core'],
      pathNot: builtin(room === solverBuiltin.room ? [...pureBuiltins, solverBuiltin.builtin] : pureBuiltins),
    },
  }));
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floorRules(),
    ...purityRules(),
    {
      name: 'purity-through-rooms',
      comment: 'A pure room may use the types of a room that touches the world, not its functions.',
      severity: 'error',
      from: { path: `^src/${anyOf(pureRooms)}/` },
      to: { path: `^src/${anyOf(impureRooms)}/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'front-door',
      comment: 'A room is entered through its index.ts; its other files are its own business.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'front-door-from-the-top',
      comment: 'A room is entered through its index.ts; its other files are its own business.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    {
      name: 'no-circles',
      comment: 'Modules that import each other cannot be read one after the other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import must lead to a file or an installed package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'source-stands-alone',
      comment: 'src/ does not lean on tests, scripts, built files or packages that users do not get.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(?:test|scripts|bin|bench|dist|fixtures)/' },
    },
    {
      name: 'no-development-packages',
      comment:
        'src/ may use the types of a development dependency, not its code: users do not have it installed.',
      severity: 'error',
      // The page is bundled at the build, with all that it takes.
      from: { path: '^src/', pathNot: '^src/page/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only', 'npm', 'npm-optional', 'npm-peer'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};

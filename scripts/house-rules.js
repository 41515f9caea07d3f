// Checks that the rooms of src/ keep the rules of the house: floors, front doors, no circles, purity.
// Usage: node scripts/house-rules.js [folder that has src/ and tsconfig.json; default: the project]
// Prints one line for each violation; exits 0 when all is well, 1 with violations, 2 when nothing was checked:
// a cruiser that silently sees no module would otherwise approve of anything.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { impurities } from './purity.js';

const project = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const load = createRequire(import.meta.url);
const { floors, pureRooms, solverSession } = load('./rooms.cjs');
const { forbidden, options } = load('../.dependency-cruiser.cjs');

async function cruisedModules(root) {
  const tsConfig = extractTsConfig(path.join(root, 'tsconfig.json'));
  const result = await cruise(
    ['src'],
    {
      ...options,
      baseDir: root,
      validate: true,
      ruleSet: { forbidden },
      tsConfig: { fileName: path.join(root, 'tsconfig.json') },
    },
    options.enhancedResolveOptions,
    { tsConfig },
  );
  return { modules: result.output.modules, violations: result.output.summary.violations };
}

/** The room of a source file: its folder in src/, or its own name when it lies at the top. */
function roomOf(file) {
  return /^src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(file)?.[1];
}

function isSource(module) {
  return module.source.startsWith('src/') && module.couldNotResolve !== true;
}

function homeless(files) {
  const known = new Set(floors.flat());
  return files
    .filter((file) => !known.has(roomOf(file)))
    .map((file) => ({
      file,
      rule: 'known-room',
      message: `src/${roomOf(file)} has no floor; add it to scripts/rooms.cjs`,
    }));
}

function impure(root, files) {
  return files
    .filter((file) => pureRooms.includes(roomOf(file)) && file !== solverSession)
    .flatMap((file) => impurities(file, readFileSync(path.join(root, file), 'utf8')));
}

function crossed(violation) {
  const comment = forbidden.find((rule) => rule.name === violation.rule.name)?.comment ?? '';
  const way =
    violation.type === 'cycle' && violation.cycle
      ? violation.cycle.map((step) => step.name).join(' → ')
      : violation.to;
  return { file: violation.from, rule: violation.rule.name, message: `imports ${way}. ${comment}` };
}

function line(finding) {
  const place = finding.line === undefined ? finding.file : `${finding.file}:${finding.line}`;
  return `${place}  ${finding.rule}: ${finding.message}`;
}

function byPlace(a, b) {
  const order = (left, right) => (left < right ? -1 : Number(left > right));
  return order(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || order(line(a), line(b));
}

async function checkHouse(root) {
  if (!existsSync(path.join(root, 'src'))) return { cruised: 0, findings: [] };
  const { modules, violations } = await cruisedModules(root);
  const files = modules.filter(isSource).map((module) => module.source);
  const findings = [...violations.map(crossed), ...homeless(files), ...impure(root, files)];
  return { cruised: files.length, findings: [...new Set(findings.sort(byPlace).map(line))] };
}

const root = path.resolve(process.argv[2] ?? project);
const { cruised, findings } = await checkHouse(root);

if (cruised === 0) {
  process.stderr.write(
    `house rules: no module in ${path.relative(process.cwd(), path.join(root, 'src'))}; nothing was checked.\n`,
  );
  process.exitCode = 2;
} else if (findings.length > 0) {
  process.stdout.write(
    `${findings.join('\n')}\nhouse rules: ${findings.length} violations in ${cruised} modules.\n`,
  );
  process.exitCode = 1;
} else {
  process.stdout.write(`house rules: ${cruised} modules, no violations.\n`);
}

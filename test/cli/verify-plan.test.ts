// The marketplace's plan and certificate as analyze writes them, then changed by hand in every way that matters.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shardwright } from './surroundings.js';

const marketplace = fileURLToPath(new URL('../../fixtures/marketplace', import.meta.url));
let folder: string;
let plan: Json;
let certificate: Json;

// biome-ignore lint/suspicious/noExplicitAny: files that tests change anywhere
type Json = any;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verify-plan-'));
  const { exitCode } = await shardwright(['analyze', marketplace, '--out', folder, '--quiet']);
  expect(exitCode).toBe(0);
  plan = JSON.parse(await readFile(path.join(folder, 'shardplan.json'), 'utf8'));
  certificate = JSON.parse(await readFile(path.join(folder, 'certificate.json'), 'utf8'));
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

async function verify(change: (plan: Json, certificate: Json) => void, argv: readonly string[] = []) {
  const changed = structuredClone({ plan, certificate });
  change(changed.plan, changed.certificate);
  const planFile = path.join(folder, 'changed-plan.json');
  const certificateFile = path.join(folder, 'changed-certificate.json');
  await writeFile(planFile, JSON.stringify(changed.plan));
  await writeFile(certificateFile, JSON.stringify(changed.certificate));
  const files = ['--plan', planFile, '--certificate', certificateFile];
  const { exitCode, stdout, stderr } = await shardwright([
    'verify-plan',
    marketplace,
    ...files,
    '--json',
    '--quiet',
    ...argv,
  ]);
  const found = exitCode === 2 ? undefined : JSON.parse(stdout);
  const wrong: readonly { id: string; message: string }[] =
    found?.checks.filter(({ holds }: { holds: boolean }) => !holds) ?? [];
  return {
    exitCode,
    stderr,
    found,
    wrong: wrong.map(({ id }) => id),
    messages: wrong.map((one) => one.message),
  };
}

function allNodes(certificate: Json): readonly Json[] {
  const below = (node: Json): readonly Json[] => [
    node,
    ...[...(node.branches ?? []), ...(node.rest === undefined ? [] : [node.rest])].flatMap(below),
  ];
  return certificate.parts.flatMap((part: Json) => below(part.proof));
}

/** Messages by statement and table, of every node that has some. */
function allMessages(certificate: Json): readonly Json[] {
  return allNodes(certificate).flatMap(({ multipliers }) =>
    multipliers === undefined || Object.keys(multipliers.statements).length === 0
      ? []
      : [multipliers.statements],
  );
}

function setFirst(statements: Json, message: number): void {
  const [tables] = Object.values<Json>(statements);
  const [list] = Object.values<Json>(tables);
  list[0] = message;
}

describe('verify-plan', () => {
  it('confirms the plan that analyze wrote, beside which the certificate lies', async () => {
    const argv = ['verify-plan', marketplace, '--plan', path.join(folder, 'shardplan.json'), '--quiet'];
    const { exitCode, stdout, stderr } = await shardwright(argv);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('No plan under these rules and costs is cheaper: proven.');
    expect(stdout).toContain("The solver's own claim");
    expect((await verify(() => {})).found).toMatchObject({
      kind: 'verification',
      holds: true,
      verified: { status: 'optimal', gap: 0 },
    });
  });

  const sharded = () =>
    Object.keys(plan.tables).find((name) => plan.tables[name].placement === 'sharded') as string;

  it.each<[string, (plan: Json, certificate: Json) => void, string]>([
    ['a table made unsharded', (one) => (one.tables[sharded()] = { placement: 'unsharded' }), 'cost'],
    ['a key that is no option', (one) => (one.tables[sharded()].key = 'nothing'), 'options'],
    ['a group of its own', (one) => (one.tables[sharded()].group = 'mine'), 'options'],
    ['a table left out', (one) => delete one.tables[sharded()], 'options'],
    ['a table made up', (one) => (one.tables['public.made_up'] = { placement: 'global' }), 'options'],
    ['a cost', (one) => (one.certificate.cost -= 1), 'plan-cost'],
    ['a bound', (one) => (one.certificate.bound += 1), 'plan-bound'],
    ['a gap', (one) => (one.certificate.gap = 0.01), 'plan-gap'],
    ['charges', (one) => (one.certificate.charges += 1), 'plan-charges'],
    ['a status', (one) => (one.certificate.status = 'bounded'), 'status'],
    ['a score', (one) => (one.score.singleShardShare = 1), 'score'],
    ['the shards', (one) => (one.shards = 8), 'shards'],
    ['the bound of the certificate', (_, two) => (two.claims.bound += 1), 'certificate-bound'],
    ['the cost of the certificate', (_, two) => (two.claims.cost -= 1), 'certificate-cost'],
    ['the gap of the certificate', (_, two) => (two.claims.gap = 0.01), 'certificate-gap'],
    ['the bound of a part', (_, two) => (two.parts[0].bound += 1), 'proof'],
    ['the unit of a part', (_, two) => (two.parts[0].unit *= 2), 'proof'],
    ['a tie', (_, two) => two.ties.push('public.users'), 'ties'],
    ['a budget', (_, two) => (two.budgets[0].limit *= 2), 'budget-use'],
    ['what is taken of a budget', (_, two) => (two.budgets[0].used += 1), 'budget-use'],
    ['the name of an option', (_, two) => (two.options[sharded()][0] += '?'), 'same-options'],
    ['a table without its options', (_, two) => delete two.options[two.parts[0].tables[0]], 'same-options'],
    [
      'options closed that nothing closes',
      (_, two) => {
        const [part] = two.parts;
        const table = part.tables.find((name: string) => two.options[name].length > 1);
        const multipliers = { bits: 0, statements: {}, budgets: {} };
        const closed = { [table]: two.options[table].slice(1) };
        part.proof = { kind: 'closing', multipliers, closed, rest: part.proof };
      },
      'proof',
    ],
    ['a digest', (_, two) => (two.model.statements = '0'.repeat(64)), 'same-statements'],
    ['a missing part', (_, two) => two.parts.pop(), 'proof'],
    [
      'messages that are left out',
      (_, two) => {
        for (const statements of allMessages(two)) {
          for (const id of Object.keys(statements)) delete statements[id];
        }
      },
      'proof',
    ],
    [
      'a message that is far too high',
      (_, two) => {
        for (const statements of allMessages(two)) setFirst(statements, 2 ** 40);
      },
      'proof',
    ],
  ])('refuses %s that was changed by hand', async (_, change, cause) => {
    const { exitCode, wrong } = await verify(change);
    expect(exitCode).toBe(1);
    expect(wrong).toContain(cause);
  });

  it.each<[string, (plan: Json, certificate: Json) => void]>([
    [
      'a dropped leaf',
      (_, two) => (two.parts[0].proof = { ...two.parts[0].proof, kind: 'split', branches: [] }),
    ],
    [
      'a message that is no whole number',
      (_, two) => {
        for (const statements of allMessages(two)) setFirst(statements, 0.5);
      },
    ],
    [
      'a negative toll',
      (_, two) => {
        for (const { multipliers } of allNodes(two)) {
          if (multipliers !== undefined) multipliers.budgets['bytes of global tables'] = -1;
        }
      },
    ],
    [
      'a closing without multipliers',
      (_, two) => {
        two.parts[0].proof = { kind: 'closing', closed: {}, rest: two.parts[0].proof };
      },
    ],
    ['no proof', (_, two) => delete two.parts],
    ['a plan that claims nothing', (one) => delete one.certificate],
  ])('cannot read %s', async (_, change) => {
    expect(await verify(change)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('error:') });
  });

  it('says what another workload or config changes', async () => {
    const { exitCode, wrong } = await verify(() => {}, ['--weight', 'rows']);
    expect(exitCode).toBe(1);
    expect(wrong).toEqual(expect.arrayContaining(['weight', 'same-statements']));
  });

  it('needs a plan, and its certificate', async () => {
    expect(await shardwright(['verify-plan', marketplace])).toMatchObject({ exitCode: 2 });
    const missing = [
      '--plan',
      path.join(folder, 'shardplan.json'),
      '--certificate',
      path.join(folder, 'none.json'),
    ];
    const { exitCode, stderr } = await shardwright(['verify-plan', marketplace, ...missing]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('none.json does not exist')]);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { publishedSchemas } from '../../src/contract/index.js';
import { fixtures, shardwright } from './surroundings.js';

const shop = path.join(fixtures, 'shop');
const simulate = (...rest: readonly string[]) => shardwright(['simulate', shop, '--quiet', ...rest]);

describe('simulate', () => {
  it('puts the two plans side by side, and says what moves and which statements change', async () => {
    const { exitCode, stdout } = await simulate('--set', 'orders=id');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^WHAT IF orders = id\n/);
    expect(stdout).toMatch(/^ {2}cost +[\d,]+ +[\d,]+ +\+/m);
    expect(stdout).toMatch(/^ {2}orders: user_id → id \(set\)$/m);
    expect(stdout).toMatch(/single-shard → scatter/);
  });

  it('prints JSON that its published schema holds for', async () => {
    const { stdout } = await simulate('--set', 'orders=unsharded', '--json');
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const value: unknown = JSON.parse(stdout);
    expect(ajv.validate(publishedSchemas().get('simulation.json') ?? false, value) ? [] : ajv.errors).toEqual(
      [],
    );
    expect(value).toMatchObject({
      kind: 'simulation',
      set: { 'public.orders': { placement: 'unsharded' } },
      before: { origin: 'best' },
    });
    // A choice beyond a budget is simulated all the same, and says so.
    expect((value as Budgets).after.budgets.filter(({ exceeded }) => exceeded)).not.toEqual([]);
  });

  it('keeps the rest where that is asked for', async () => {
    const { stdout } = await simulate('--set', 'users=global', '--keep-rest', '--json');
    const { tables } = JSON.parse(stdout) as { tables: readonly { table: string }[] };
    expect(tables.map(({ table }) => table)).toEqual(['public.users']);
  });

  it('compares a given plan with the best one', async () => {
    const plan = path.join(shop, 'shardplan.json');
    const { exitCode, stdout } = await simulate('--plan', plan);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^WHAT IF the best plan\n/);
  });

  it('takes the shards of a given plan, unless other ones are said', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'simulate-'));
    const plan = path.join(folder, 'plan.json');
    const written = readFileSync(path.join(shop, 'shardplan.json'), 'utf8');
    writeFileSync(plan, JSON.stringify({ ...JSON.parse(written), shards: 4 }));
    const shards = async (...flags: readonly string[]) =>
      JSON.parse((await simulate('--plan', plan, '--json', ...flags)).stdout).shards;
    expect([await shards(), await shards('--shards', '8')]).toEqual([4, 8]);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['order=user_id', /such a table\n {2}hint: Did you mean orders\?/],
    ['orders=usr_id', /no such column.*\n {2}hint: Did you mean user_id\?/],
    ['orders=id=x', /no such column/],
  ])('%s is refused with what was perhaps meant', async (choice, message) => {
    const { exitCode, stdout, stderr } = await simulate('--set', choice);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

interface Budgets {
  readonly after: { readonly budgets: readonly { readonly exceeded: boolean }[] };
}

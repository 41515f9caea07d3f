/** VSchemas of the marketplace, of a schema with names and keys that are hard to carry over, and of real benchmarks where they are here. */

import { describe, expect, it } from 'vitest';
import { deployment } from '../../src/engines/index.js';
import type { Deployment, Placement } from '../../src/model/index.js';
import { initialMap } from '../../src/topology/index.js';
import { fileOf, inputOf, marketplace, shop } from './deployments.js';
import { vschemaErrors } from './vschema-rules.js';

const errorsOf = (made: Deployment, unsharded: string) =>
  vschemaErrors(fileOf(made, 'vschema.sharded.json'), fileOf(made, 'vschema.unsharded.json'), unsharded);

const hardSchema = `
  create schema other;
  create table public.members (
    id bigserial primary key,
    "e-mail" citext not null unique,
    nick text unique,
    country text not null, number text not null,
    "order" numeric unique,
    deleted boolean not null,
    keyspace_id bytea unique,
    unique (country, number)
  );
  create unique index members_alive on public.members (nick) where not deleted;
  create unique index members_lower on public.members (lower(nick));
  create table other.members (id bigint primary key);
`;

const hard = async () => {
  const placements = new Map<string, Placement>([
    ['public.members', { placement: 'sharded', key: 'id', keyType: 'bigint', group: 'members.bigint' }],
  ]);
  const input = await inputOf(hardSchema, placements, [], initialMap(4));
  return { ...input, coordinator: { ...input.coordinator, database: 'my-app.eu' } };
};

describe('VSchemas', () => {
  it('of the marketplace and the shop are what Vitess takes', async () => {
    expect(errorsOf(await marketplace('vitess'), 'app_unsharded')).toEqual([]);
    expect(errorsOf(deployment('vitess', await shop()), 'shop_unsharded')).toEqual([]);
  });

  it('of hard names and keys are as well', async () => {
    expect(errorsOf(deployment('vitess', await hard()), 'my_app_eu_unsharded')).toEqual([]);
  });

  it('look several columns up by a vindex that may find several rows, and pass over NULL', async () => {
    const { vindexes } = JSON.parse(fileOf(deployment('vitess', await hard()), 'vschema.sharded.json'));
    expect(vindexes.members_by_country_number).toMatchObject({
      type: 'consistent_lookup',
      params: { from: 'country_value,number_value' },
    });
    expect(vindexes.members_by_nick.params.ignore_nulls).toBe('true');
    expect(vindexes.members_by_e_mail.params).not.toHaveProperty('ignore_nulls');
  });

  it('keep nothing unique that the schema keeps for a part of the rows or an expression only', async () => {
    const made = deployment('vitess', await hard());
    expect(Object.keys(JSON.parse(fileOf(made, 'vschema.sharded.json')).vindexes)).toEqual([
      'by_key',
      'members_by_country_number',
      'members_by_e_mail',
      'members_by_keyspace_id',
      'members_by_nick',
      'members_by_order',
    ]);
    const said = made.findings.filter(({ code }) => code === 'unique-not-over-shards');
    expect(said.filter(({ message }) => message.startsWith('Nothing')).map(({ message }) => message)).toEqual(
      [expect.stringContaining('members_alive'), expect.stringContaining('members_lower')],
    );
  });

  it('have lookup tables whose columns tell as many values apart as PostgreSQL', async () => {
    const sql = fileOf(deployment('vitess', await hard()), 'unsharded.sql');
    expect(sql).toContain('nick_value varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin');
    expect(sql).toMatch(/e_mail_value varchar\(255\) .* COLLATE utf8mb4_0900_as_ci/);
    expect(sql).toContain('keyspace_id_value varbinary(255), keyspace_id varbinary(128)');
  });

  it('have no schemas: two tables of one name are an error', async () => {
    const input = await hard();
    const placements = new Map(input.placements).set('other.members', { placement: 'unsharded' });
    expect(deployment('vitess', { ...input, placements }).findings[0]).toMatchObject({
      level: 'error',
      code: 'same-name-in-schemas',
    });
  });

  it.each([
    ['"sharded": true', '"sharded": false'],
    ['"type": "xxhash"', '"type": "hashing"'],
    ['"type": "consistent_lookup"', '"type": "consistent_lookup_unique"'],
    ['"owner": "members"', '"owner": "users"'],
    ['my_app_eu_unsharded.members_seq', 'members_seq'],
    ['"from": "country_value,number_value"', '"from": "country_value"'],
    ['_lookup",', '_table",'],
    ['"name": "by_key"', '"name": "members_by_nick"'],
  ])('are held against rules that refuse %s as %s', async (right, mistaken) => {
    const made = deployment('vitess', await hard());
    const text = fileOf(made, 'vschema.sharded.json');
    expect(text).toContain(right);
    expect(
      vschemaErrors(
        text.replace(right, mistaken),
        fileOf(made, 'vschema.unsharded.json'),
        'my_app_eu_unsharded',
      ),
    ).not.toEqual([]);
  });
});

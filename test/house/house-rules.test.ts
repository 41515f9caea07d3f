// Each folder of fixtures/house is a small house with its tsconfig; expected.txt says what the check prints of it.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const project = fileURLToPath(new URL('../../', import.meta.url));
const houses = path.join('fixtures', 'house');

function checkHouse(house: string): string {
  const run = spawnSync(process.execPath, ['scripts/house-rules.js', house], {
    cwd: project,
    encoding: 'utf8',
  });
  return `${run.stdout}${run.stderr}exit ${run.status}\n`;
}

test.each(readdirSync(path.join(project, houses)))('house rules on the house "%s"', (name) => {
  const house = path.join(houses, name);
  expect(checkHouse(house)).toBe(readFileSync(path.join(project, house, 'expected.txt'), 'utf8'));
});

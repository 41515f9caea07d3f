/** What verify-plan found, as text: what is proven in words, the solver's claim apart, then every check. */

import { percentUpwards, type Verification } from '../model/index.js';
import { grouped } from './numbers.js';
import { clean, wrap } from './words.js';

export function renderVerificationText(found: Verification, width: number): string {
  const lines = [
    found.holds ? 'The plan and its certificate hold.' : 'The plan or its certificate does not hold.',
    ...(found.holds ? provenLines(found) : []),
    '',
    ...found.checks.map(({ id, holds, message }) => `${holds ? 'ok   ' : 'WRONG'} ${id}: ${message}`),
  ];
  return `${lines.flatMap((line) => wrap(clean(line), width, '', '      ')).join('\n')}\n`;
}

function provenLines({ verified, solver, ties }: Verification): readonly string[] {
  if (verified === undefined) return [];
  const { cost, bound, charges, gap, status } = verified;
  return [
    status === 'optimal'
      ? 'No plan under these rules and costs is cheaper: proven.'
      : `At most ${percentUpwards(gap)} cheaper exists under these rules and costs.`,
    `Verified without a solver: cost ${grouped(cost)}, bound ${grouped(bound < cost ? Math.floor(bound) : bound)}, gap ${gap}; charges of ${grouped(charges)} beside both.`,
    ...(solver === undefined
      ? []
      : [
          `The solver's own claim (${solver.name}, ${solver.status}): bound ${grouped(Math.floor(solver.bound))}.`,
        ]),
    ties.length === 0
      ? 'No table has another option of the same cost.'
      : `Another option of the same cost: ${ties.join(', ')}.`,
  ];
}

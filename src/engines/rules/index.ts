/** What each engine makes of a statement: one file an engine, after its own sources. */

import type { Engine } from '../../model/index.js';
import type { DeployInput, DeployStatement } from '../input.js';
import { underCitus } from './citus.js';
import { underPgdog } from './pgdog.js';
import { underPostgres } from './postgres.js';
import type { Ruling } from './rule.js';
import { underSpqr } from './spqr.js';
import { underVitess } from './vitess.js';

export function outcomeUnder(engine: Engine, input: DeployInput, statement: DeployStatement): Ruling {
  switch (engine) {
    case 'citus':
      return underCitus(input, statement);
    case 'pgdog':
      return underPgdog(input, statement);
    case 'vitess':
      return underVitess(input, statement);
    case 'spqr':
      return underSpqr(input, statement);
    case 'postgres':
      return underPostgres(input, statement);
  }
}

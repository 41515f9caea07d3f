/** Analyses as tests ask for them: defaults for everything but what the test is about. */

import { type AnalysisRequest, emptyConfig } from '../../src/index.js';

export function request(exports: readonly string[], rest: Partial<AnalysisRequest> = {}): AnalysisRequest {
  return {
    exports,
    schema: [],
    stats: [],
    sum: false,
    weight: 'calls',
    shards: 16,
    config: emptyConfig,
    reader: 'libpg-query',
    crossCheck: false,
    assumeRls: false,
    ...rest,
  };
}

/**
 * What `check` found as SARIF 2.1.0, as code scanning takes it: rules with their help, results with place, fingerprint, what
 * the baseline knows and what is waived. Paths stay relative to where the check ran, which has to be the repository's root.
 */

import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { CheckResult, Finding, RuleInfo, WaivedFinding } from '../../model/index.js';
import { inOrderOfWeight, nameOf } from './order.js';

/** Code scanning keeps as many of a run, and refuses a run of five times that. */
const MOST_RESULTS = 5_000;

interface Tool {
  readonly name: string;
  readonly version: string;
}

export function renderCheckSarif(result: CheckResult, tool: Tool): string {
  return `${JSON.stringify(logOf(result, tool), undefined, 2)}\n`;
}

function logOf(result: CheckResult, tool: Tool): Log {
  const findings = inOrderOfWeight(result.findings);
  const results = [
    ...findings.map((finding) => resultOf(finding, result)),
    ...result.waived.map((waived) => waivedOf(waived, result)),
  ];
  const left = results.length - MOST_RESULTS;
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: tool.name, semanticVersion: tool.version, rules: result.rules.map(ruleOf) },
        },
        automationDetails: { id: `${tool.name}/check/` },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The folder that the check ran in.' } } },
        invocations: [
          {
            executionSuccessful: true,
            ...(left <= 0
              ? {}
              : {
                  toolExecutionNotifications: [
                    {
                      level: 'warning' as const,
                      message: { text: `${left} findings are left out here; --json-out has all of them.` },
                    },
                  ],
                }),
          },
        ],
        results: results.slice(0, MOST_RESULTS),
      },
    ],
  };
}

function ruleOf({ id, summary, level }: RuleInfo): ReportingDescriptor {
  return {
    id,
    name: nameOf(id),
    shortDescription: { text: summary },
    help: { text: `${summary} See "shardwright explain ${id}".` },
    defaultConfiguration: { level },
    properties: { tags: ['sharding'] },
  };
}

function resultOf(finding: Finding, { rules, comparison }: CheckResult): Result {
  const { rule, level, message, fix, fingerprint, location, statement, tables, share, known } = finding;
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level,
    message: { text: `${message} ${fix}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactOf(location.file),
          region: { startLine: location.line },
        },
        ...(tables.length === 0
          ? {}
          : { logicalLocations: tables.map((table) => ({ fullyQualifiedName: table, kind: 'type' })) }),
      },
    ],
    partialFingerprints: { 'shardwright/v1': fingerprint },
    ...(comparison?.origin === 'baseline'
      ? { baselineState: known ? ('unchanged' as const) : ('new' as const) }
      : {}),
    properties: {
      fails: finding.fails,
      ...(share === undefined ? {} : { share }),
      ...(statement === undefined ? {} : { verdict: statement.verdict, statement: statement.text }),
    },
  };
}

function waivedOf({ finding, reason }: WaivedFinding, result: CheckResult): Result {
  return {
    ...resultOf(finding, result),
    suppressions: [{ kind: 'external', status: 'accepted', justification: reason }],
  };
}

/** Half a pair of surrogates cannot be encoded. */
function encodedPart(part: string): string {
  return encodeURIComponent(part.replace(/\p{Cs}/gu, '\uFFFD'));
}

/** A path as a URI reference: relative to the source's root, or a file anywhere on the machine. */
function artifactOf(file: string) {
  const slashed = file.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const encoded = slashed.split('/').map(encodedPart).join('/');
  if (slashed.startsWith('/')) return { uri: `file://${encoded}` };
  const drive = /^[A-Za-z]:\//.exec(slashed)?.[0];
  if (drive !== undefined) return { uri: `file:///${drive}${encoded.slice(encoded.indexOf('/') + 1)}` };
  return { uri: encoded, uriBaseId: '%SRCROOT%' };
}

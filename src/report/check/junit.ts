/**
 * What `check` found as JUnit XML: a suite for each rule, a case for each finding. Findings that do not make the check fail
 * are cases that passed, with their message in the suite's output. Valid by the schemas of Ant and of Jenkins.
 */

import type { CheckResult, Finding, RuleInfo, WaivedFinding } from '../../model/index.js';
import { clean, place } from '../words.js';

/** `at`: when the check ran, `2026-01-31T12:00:00`, which the format asks for. */
export function renderCheckJunit(result: CheckResult, at: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...result.rules.flatMap((rule, index) => suiteOf(rule, index, result, at)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteOf(
  { id, summary, page }: RuleInfo,
  index: number,
  result: CheckResult,
  at: string,
): readonly string[] {
  const findings = result.findings.filter(({ rule }) => rule === id);
  const waived = result.waived.filter(({ finding }) => finding.rule === id);
  const failing = findings.filter(({ fails }) => fails);
  const passing = findings.filter(({ fails }) => !fails);
  const tests = Math.max(1, findings.length + waived.length);
  const attributes = {
    id: String(index),
    name: id,
    package: 'shardwright',
    hostname: 'localhost',
    timestamp: at,
    tests: String(tests),
    failures: String(failing.length),
    errors: '0',
    time: '0',
  };
  return [
    `  <testsuite${written(attributes)}>`,
    `    <properties><property${written({ name: 'page', value: page })}/></properties>`,
    ...failing.flatMap(failureOf),
    ...passing.map((finding) => `    <testcase${written(caseOf(finding))}/>`),
    ...waived.map(({ finding }) => `    <testcase${written(caseOf(finding))}/>`),
    ...(findings.length + waived.length > 0
      ? []
      : [`    <testcase${written({ classname: id, name: summary, time: '0' })}/>`]),
    `    <system-out>${escaped([...passing.map(said), ...waived.map(saidWaived)].join('\n'))}</system-out>`,
    '    <system-err></system-err>',
    '  </testsuite>',
  ];
}

function failureOf(finding: Finding): readonly string[] {
  const { message, fix, statement, level } = finding;
  const text = [
    place(finding.location),
    message,
    fix,
    ...(statement === undefined ? [] : [statement.text]),
  ].map(clean);
  return [
    `    <testcase${written(caseOf(finding))}>`,
    `      <failure${written({ type: level, message: clean(message) })}>${escaped(text.join('\n'))}</failure>`,
    '    </testcase>',
  ];
}

/** The fingerprint keeps cases apart that stand at one place. */
function caseOf({ rule, location, fingerprint }: Finding) {
  return { classname: rule, name: `${place(location)} ${fingerprint}`, time: '0' };
}

function said({ level, location, message }: Finding): string {
  return `${level} ${place(location)}: ${clean(message)}`;
}

function saidWaived({ finding, reason }: WaivedFinding): string {
  return `waived ${place(finding.location)}: ${clean(reason)}`;
}

function written(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** XML 1.0 has no place for most control characters, nor for halves of pairs. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}

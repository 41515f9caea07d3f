/** Which waiver of the config silences which finding, and which waivers silence nothing. */

import type { Finding, WaivedFinding } from '../model/index.js';
import type { GateSettings, GateWaiver } from './input.js';

export interface Silenced {
  readonly open: readonly Finding[];
  readonly waived: readonly WaivedFinding[];
  readonly unused: readonly UnusedWaiver[];
  readonly expired: readonly GateWaiver[];
}

export interface UnusedWaiver {
  readonly waiver: GateWaiver;
  /** It names some tables of this finding, but not all. */
  readonly almost?: Finding;
}

export function applyWaivers(
  findings: readonly Finding[],
  { waivers, today }: Pick<GateSettings, 'waivers' | 'today'>,
): Silenced {
  const expired = waivers.filter((waiver) => isExpired(waiver, today));
  const valid = waivers.filter((waiver) => !isExpired(waiver, today));
  const open: Finding[] = [];
  const waived: WaivedFinding[] = [];
  const used = new Set<GateWaiver>();
  for (const finding of findings) {
    const matching = valid.filter((waiver) => silences(waiver, finding));
    for (const waiver of matching) used.add(waiver);
    const [first] = matching;
    if (first === undefined) open.push(finding);
    else {
      const { reason, expires } = first;
      waived.push({
        finding: { ...finding, fails: false },
        reason,
        ...(expires === undefined ? {} : { expires }),
      });
    }
  }
  const unused = valid.filter((waiver) => !used.has(waiver)).map((waiver) => unusedBeside(open, waiver));
  return { open, waived, unused, expired };
}

function unusedBeside(open: readonly Finding[], waiver: GateWaiver): UnusedWaiver {
  const { tables: named = [], ...allTables } = waiver;
  const almost = open.find(
    (finding) => silences(allTables, finding) && finding.tables.some((table) => named.includes(table)),
  );
  return almost === undefined ? { waiver } : { waiver, almost };
}

/** `expires` is the last day on which it holds; days as YYYY-MM-DD sort as texts. */
function isExpired({ expires }: GateWaiver, today: string): boolean {
  return expires !== undefined && expires < today;
}

/** All that the waiver names has to fit; one for some tables is none for a statement that touches others as well. */
function silences({ rule, tables, statement }: GateWaiver, finding: Finding): boolean {
  if (rule !== finding.rule) return false;
  if (tables !== undefined && !isAbout(tables, finding)) return false;
  return statement === undefined || namesOf(finding).includes(statement);
}

function isAbout(tables: readonly string[], finding: Finding): boolean {
  return finding.tables.length > 0 && finding.tables.every((table) => tables.includes(table));
}

/** Whatever a report calls the statement, and the finding itself. */
function namesOf({ fingerprint, statement }: Finding): readonly (string | undefined)[] {
  return [fingerprint, statement?.fingerprint, statement?.id, statement?.queryId, statement?.label];
}

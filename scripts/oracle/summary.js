// Counts of a run, and their text.

export function makeSummary() {
  const verdicts = new Map();
  const reasons = new Map();
  const missed = new Map();
  const counts = { statements: 0, withRows: 0, pinned: 0, pinnedSingle: 0 };
  const bump = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

  function add({ number, finding, pinned }) {
    const { verdict, result, why, rows } = finding;
    counts.statements += 1;
    if (rows > 0) counts.withRows += 1;
    const row = verdicts.get(verdict) ?? { right: 0, wrong: 0, 'both fail': 0, skipped: 0 };
    row[result] += 1;
    verdicts.set(verdict, row);
    if (result === 'skipped' || result === 'both fail') bump(reasons, `${result}: ${why}`);
    if (
      pinned &&
      result !== 'both fail' &&
      verdict !== 'global-read' &&
      verdict !== 'global-write' &&
      verdict !== 'tableless'
    ) {
      counts.pinned += 1;
      if (verdict === 'single-shard') counts.pinnedSingle += 1;
      else {
        note(missed, finding, number);
      }
    }
  }
  const staying = { tried: 0, rules: new Map() };
  function addStaying({ tried, stayed }) {
    staying.tried += tried;
    for (const { number, finding } of stayed) note(staying.rules, finding, number);
  }
  return { add, addStaying, staying, counts, verdicts, reasons, missed };
}

/** Counts a rule that was missing, and keeps its shortest statement. */
function note(rules, { verdict, blocker, sql }, number) {
  const rule = `${verdict}: ${blocker}`;
  const known = rules.get(rule) ?? { count: 0, sql, number };
  const shortest = sql.length < known.sql.length ? { sql, number } : {};
  rules.set(rule, { ...known, ...shortest, count: known.count + 1 });
}

const byCount = ([, one], [, two]) => (two.count ?? two) - (one.count ?? one);

export function summaryText({ counts, verdicts, reasons, missed, staying }, seconds) {
  const rate = Math.round(counts.statements / seconds);
  const single = counts.pinned === 0 ? 1 : counts.pinnedSingle / counts.pinned;
  return [
    `${counts.statements} statements in ${seconds.toFixed(1)} s (${rate} a second); ${counts.withRows} right ones with rows`,
    '',
    'verdict          right  wrong  both fail  skipped',
    ...[...verdicts]
      .sort(([one], [two]) => (one < two ? -1 : 1))
      .map(
        ([verdict, row]) =>
          `${verdict.padEnd(15)}${String(row.right).padStart(7)}${String(row.wrong).padStart(7)}${String(row['both fail']).padStart(11)}${String(row.skipped).padStart(9)}`,
      ),
    '',
    ...[...reasons]
      .sort(byCount)
      .slice(0, 20)
      .map(([why, count]) => `${String(count).padStart(7)}  ${why.slice(0, 100)}`),
    '',
    `single by construction: ${counts.pinnedSingle} of ${counts.pinned} called single-shard (${(100 * single).toFixed(2)} %)`,
    ...rulesText(missed),
    ...stayingText(staying),
  ].join('\n');
}

function rulesText(rules) {
  return [...rules]
    .sort(byCount)
    .map(
      ([rule, { count, sql, number }]) =>
        `${String(count).padStart(7)}  ${rule}, as ${number}: ${sql.slice(0, 300)}`,
    );
}

function stayingText({ tried, rules }) {
  if (tried === 0) return [];
  const stayed = [...rules.values()].reduce((sum, { count }) => sum + count, 0);
  return [
    '',
    `${stayed} of ${tried} other reads stayed on one shard with every set of rows`,
    ...rulesText(rules),
  ];
}

// What a differential run found, counted: statements by result and verdict, and how many shapes were answered.

export function newTally() {
  const counts = new Map();
  const shapes = { answered: new Set(), refused: new Set() };
  const reasons = new Map();
  const wrong = [];
  return {
    counts,
    shapes,
    reasons,
    wrong,
    /** @param {import('./random.js').Found} found */
    add: (found) => {
      const { result, verdict, shape, why = '' } = found;
      const name = `${verdict} ${result}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (result.startsWith('same')) shapes.answered.add(shape);
      if (result === 'refused') shapes.refused.add(shape);
      if (result === 'refused' || result === 'skipped') reasons.set(why, (reasons.get(why) ?? 0) + 1);
      if (result === 'wrong') wrong.push(found);
    },
  };
}

export function tallyText({ counts, shapes, reasons, wrong }) {
  const lines = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `  ${String(count).padStart(6)} ${name}`);
  const said = [...reasons]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 25)
    .map(([why, count]) => `  ${String(count).padStart(6)} ${why}`);
  return [
    `${shapes.answered.size} shapes answered, ${shapes.refused.size} refused, ${wrong.length} wrong answers`,
    ...lines,
    'refused or skipped:',
    ...said,
  ].join('\n');
}

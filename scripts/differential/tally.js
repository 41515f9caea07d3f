// What a differential run found, counted for each way: statements by result and verdict, and how many shapes were answered.

export function newTally() {
  const ways = new Map();
  const wrong = [];
  const shapes = new Set();
  return {
    ways,
    wrong,
    /** Answered through any way. */
    shapes,
    /** @param {import('./random.js').Found} found */
    add: (found) => {
      const { way, form, result, verdict, shape, why = '' } = found;
      const { counts, forms, answered, refused, reasons } = countsOf(ways, way);
      count(counts, `${verdict} ${result}`);
      if (result.startsWith('same')) {
        answered.add(shape);
        shapes.add(shape);
        count(forms, form);
      }
      if (result === 'refused') refused.add(shape);
      if (result === 'refused' || result === 'skipped') count(reasons, why);
      if (result === 'wrong') wrong.push(found);
    },
  };
}

function countsOf(ways, way) {
  const fresh = () => ({
    counts: new Map(),
    forms: new Map(),
    answered: new Set(),
    refused: new Set(),
    reasons: new Map(),
  });
  if (!ways.has(way)) ways.set(way, fresh());
  return ways.get(way);
}

const count = (counts, name) => counts.set(name, (counts.get(name) ?? 0) + 1);

export function tallyText({ ways, wrong, shapes }, { reasons: most = 25 } = {}) {
  return [
    `${shapes.size} shapes answered, ${wrong.length} wrong answers`,
    ...[...ways].flatMap(([way, { counts, forms, answered, refused, reasons }]) => [
      `through the ${way}: ${answered.size} shapes answered, ${refused.size} refused`,
      ...lines([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(forms.size > 1 ? ['  answered alike, by form:', ...lines(forms)] : []),
      '  refused or skipped:',
      ...lines([...reasons].sort(([, a], [, b]) => b - a).slice(0, most)),
    ]),
  ].join('\n');
}

const lines = (counts) => [...counts].map(([name, count]) => `  ${String(count).padStart(6)} ${name}`);

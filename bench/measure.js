// Medians of runs that take turns: what slows the machine for a while slows all that is compared.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Milliseconds that it takes. */
export async function timeOf(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Milliseconds that it takes by the clock and of all processors together: { name, 'name, CPU' }. */
export async function timesOf(name, run) {
  const before = process.cpuUsage();
  const clock = await timeOf(run);
  const { user, system } = process.cpuUsage(before);
  return { [name]: clock, [cpuOf(name)]: (user + system) / 1000 };
}

export function cpuOf(name) {
  return `${name}, CPU`;
}

/** Runs each of { name: run } in turn, `rounds` times; a run gives its milliseconds, or several by name. Gives medians, and what the first turn took. */
export async function medianOfTurns(rounds, runs) {
  const taken = new Map();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(runs)) {
      const result = await run();
      const parts = typeof result === 'number' ? { [name]: result } : result;
      for (const [part, ms] of Object.entries(parts)) taken.set(part, [...(taken.get(part) ?? []), ms]);
    }
  }
  const of = (pick) => Object.fromEntries([...taken].map(([name, values]) => [name, pick(values)]));
  return { ...of(median), first: of(([first]) => first) };
}

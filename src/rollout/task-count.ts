/** "Task Count" in what Citus's EXPLAIN (FORMAT JSON) prints: of the plan itself, its subplans and the jobs it depends on. */

/** The most tasks of any job; undefined for a plan that is not distributed. */
export function taskCount(plan: string): number | undefined {
  const counts: number[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) walk(one);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, one] of Object.entries(value)) {
        if (key === 'Task Count' && typeof one === 'number') counts.push(one);
        else if (key === 'Map Task Count' && typeof one === 'number') counts.push(one);
        // What a task does on its worker is that worker's own plan.
        else if (key !== 'Remote Plan') walk(one);
      }
    }
  };
  walk(JSON.parse(plan));
  return counts.length === 0 ? undefined : Math.max(...counts);
}

/** A section that is left empty says nothing, as one that is not there: YAML and JSON give null for it. */

/** The data without its entries that are null, at any depth. Items of lists stay where they are, so that lines are found. */
export function onlyGiven(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onlyGiven);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, onlyGiven(inner)]])),
  );
}

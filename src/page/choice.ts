/** The table that is looked at: chosen in any view, heard by all. */

const listeners: ((table: number | undefined) => void)[] = [];
let current: number | undefined;

export function chosenTable(): number | undefined {
  return current;
}

export function chooseTable(table: number | undefined): void {
  if (table === current) return;
  current = table;
  for (const listen of listeners) listen(table);
}

export function onChoice(listen: (table: number | undefined) => void): void {
  listeners.push(listen);
}

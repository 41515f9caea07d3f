/** Figures as people read them: one spelling for texts, documents and pages. */

const thousands = ['', ' k', ' M', ' G', ' T'];

/** 1,234 and 12.3 k: three digits are enough to compare by. */
export function count(value: number): string {
  if (value < 10_000) return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : grouped(value);
  const power = Math.min(thousands.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  // 999,999 would round to "1000 k".
  if (scaled >= 999.5 && power < thousands.length - 1) return `1.00${thousands[power + 1]}`;
  return `${scaled.toPrecision(3)}${thousands[power]}`;
}

/** Every digit of it, without fractions. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

const minute = 60_000;
const spans: readonly (readonly [number, string])[] = [
  [24 * 60 * minute, 'days'],
  [60 * minute, 'h'],
  [minute, 'min'],
  [1000, 's'],
];

export function duration(ms: number): string {
  const span = spans.find(([length]) => ms >= 2 * length);
  return span === undefined ? `${Math.round(ms)} ms` : `${(ms / span[0]).toPrecision(3)} ${span[1]}`;
}

/** `1 table`, `2 tables`; `many` where an s is not enough. */
export function plural(number: number, noun: string, many = `${noun}s`): string {
  return `${count(number)} ${number === 1 ? noun : many}`;
}

/** Sizes and shares as people write them. The schema has already refused what these cannot read. */

const units = ['', 'k', 'm', 'g', 't'];

/** `1GB` counts by 1024, as PostgreSQL's settings do; so does `1 GiB`. */
export function bytesOf(written: number | string): number {
  if (typeof written === 'number') return written;
  const [, digits = '0', unit = ''] = /^\s*([\d.]+)\s*([kmgt]?)/i.exec(written) ?? [];
  return Math.round(Number(digits) * 1024 ** units.indexOf(unit.toLowerCase()));
}

/** `5%` is 0.05. */
export function shareOf(written: number | string): number {
  return typeof written === 'number' ? written : Number.parseFloat(written) / 100;
}

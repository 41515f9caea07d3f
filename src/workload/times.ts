/** Times as exports write them, without the machine's time zone: a time without a zone is taken as UTC. */

const time =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?(?::\d\d)?)?)?$/i;

/** Milliseconds since 1970 (with a fraction: stats_since has microseconds), or undefined. Also seconds and milliseconds since 1970 as numbers. */
export function parseTime(value: string): number | undefined {
  const text = value.trim();
  if (/^\d{9,11}(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const parts = time.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0);
  const fraction = Number(`0.${parts[7] ?? '0'}`) * 1000;
  return utc + fraction - zoneMinutes(parts[8]) * 60_000;
}

function zoneMinutes(zone: string | undefined): number {
  const parts = /^([+-])(\d\d):?(\d\d)?/.exec(zone ?? '');
  if (parts === null) return 0;
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  return parts[1] === '-' ? -minutes : minutes;
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

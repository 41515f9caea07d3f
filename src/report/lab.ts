/** A lab's databases and its traffic as text. */

import type { LabPlace, LabStatus, LabTraffic } from '../model/index.js';
import { grouped, plural } from './numbers.js';
import { clean } from './words.js';

/** An address is there to be copied: nothing of it is cut, whatever the width. */
export function renderLabStatusText({ name, folder, places }: LabStatus): string {
  const widest = Math.max(0, ...places.map((place) => place.name.length));
  const lines = places.flatMap((place) => [
    `  ${place.name.padEnd(widest)}  ${clean(place.dsn)}`,
    `  ${''.padEnd(widest)}  ${holds(place)}`,
  ]);
  return `${[`LAB ${clean(name)} in ${clean(folder)}`, ...lines].join('\n')}\n`;
}

function holds({ alive, version = '', bytes = 0, tables = 0, rows = 0 }: LabPlace): string {
  if (!alive) return 'does not answer';
  const megabytes = (bytes / 1e6).toFixed(1);
  return `PostgreSQL ${clean(version)}, ${plural(tables, 'table')}, ${plural(rows, 'row')}, ${megabytes} MB`;
}

export function renderLabLoadText(traffic: LabTraffic): string {
  const { clients, seconds, shapes, unfit, sent, failed, perSecond, latencyMs, errors } = traffic;
  const left = unfit === 0 ? '' : `; ${plural(unfit, 'statement')} left out, for want of values that fit`;
  const lines = [
    `${grouped(sent)} statements of ${plural(shapes, 'shape')} by ${plural(clients, 'client')} in ${seconds.toFixed(1)} s${left}`,
    `  ${grouped(Math.round(perSecond))} a second`,
    ...(latencyMs === undefined
      ? []
      : [
          `  latency: median ${ms(latencyMs.p50)}, 95 % ${ms(latencyMs.p95)}, 99 % ${ms(latencyMs.p99)}, longest ${ms(latencyMs.max)}`,
        ]),
    failed === 0 ? '  no errors' : `  ${plural(failed, 'error')}`,
    ...errors.map(({ sqlState, count }) => `    ${clean(sqlState).padEnd(10)} ${grouped(count)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

// Every activity, and what a day of traffic is made of.
// Gives pieces { activity, scene } in a fixed order for a seed: how many of each follows the day of the week and a
// little chance, never the clock, so that two runs make the same calls.
import { accounts } from './activities/accounts.js';
import { buying } from './activities/buying.js';
import { catalog } from './activities/catalog.js';
import { money } from './activities/money.js';
import { monitoring } from './activities/monitoring.js';
import { queue } from './activities/queue.js';
import { reports } from './activities/reports.js';
import { selling } from './activities/selling.js';
import { talking } from './activities/talking.js';
import { randomFrom, shuffled } from './random.js';
import { scene } from './scene.js';

const areas = { accounts, buying, catalog, money, monitoring, queue, reports, selling, talking };

const activities = Object.entries(areas).flatMap(([area, list]) =>
  list.map((activity, i) => ({ ...activity, name: `${area} ${i}` })),
);

/** The first of March 2026 is a Sunday; people buy at the weekend. */
const busy = [1.12, 0.9, 0.93, 0.96, 0.98, 1.04, 1.15];

/** New ids in one run: apart for every piece, and far above the seeded ones. */
const freshNumber = (day, index, i) => day * 100_000_000 + index * 10_000 + i;

function piecesOf(activity, index, day, seed) {
  if (day < activity.from || day > activity.until) return [];
  const chance = 0.94 + 0.12 * randomFrom(`${seed} ${activity.name} on day ${day}`)();
  const weight = activity.perDay < 5 ? 1 : busy[day - 1] * chance;
  return Array.from({ length: Math.round(activity.perDay * weight) }, (_, i) => ({
    activity,
    scene: scene(`${seed} ${activity.name}`, day, freshNumber(day, index, i)),
  }));
}

/**
 * @returns {{ first: object[], mixed: object[], night: object[] }} `first`: one piece of each activity that starts on
 * this day, to be run alone and in order, so that the text kept for a statement is always the same one
 */
export function trafficOf(day, seed) {
  const perActivity = activities.map((activity, index) => piecesOf(activity, index, day, seed));
  const daytime = perActivity.filter(([piece]) => piece !== undefined && !piece.activity.night);
  const starts = daytime.filter(([piece]) => piece.activity.from === day);
  const rest = daytime.flatMap((pieces) => (pieces[0].activity.from === day ? pieces.slice(1) : pieces));
  return {
    first: starts.map(([piece]) => piece),
    mixed: shuffled(rest, randomFrom(`${seed} order of day ${day}`)),
    night: perActivity.flat().filter((piece) => piece.activity.night),
  };
}

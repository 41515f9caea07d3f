// The marketplace's clients: connections that speak as its services do, all at once.
// Pieces of one user's or one shop's traffic always go to the same client, one after the other: no two clients wait
// for each other's rows in a circle, and what a statement finds does not depend on who was faster.
import pg from 'pg';
import { hash } from './random.js';

const applicationClients = 10;

/** Services sign in as the role that owns the tables; settlement and the on-call desk have clients of their own. */
const roles = { app: 'marketplace_app', billing: 'marketplace_billing', desk: 'marketplace_app' };

function talkThrough(client, count) {
  const say = (keyed, query) => {
    count(keyed);
    return client.query(query);
  };
  return {
    plain: (keyed, sql) => say(keyed, sql),
    bound: (keyed, sql, values) => say(keyed, { text: sql, values }),
    // The same text has the same name on every connection, as in a pool.
    named: (keyed, sql, values) => say(keyed, { name: `s${hash(sql)}`, text: sql, values }),
  };
}

function laneOf({ activity, scene }) {
  if (activity.role !== 'app') return activity.role;
  const owner = activity.keyed === 'shop' ? scene.shop : scene.user;
  return `app ${owner % applicationClients}`;
}

async function runPiece(talk, { activity, scene }) {
  try {
    await activity.run(talk, scene);
  } catch (error) {
    throw new Error(`${activity.name}: ${error.message}`, { cause: error });
  }
}

/**
 * @param {(role: string) => object} settingsFor connection settings of a role
 * @param {(keyed: string) => void} count called for each statement sent
 */
export async function connectClients(settingsFor, count) {
  const lanes = new Map();
  const clients = [];
  const open = async (lane, role) => {
    const client = new pg.Client(settingsFor(role));
    await client.connect();
    clients.push(client);
    lanes.set(lane, talkThrough(client, count));
  };
  for (let i = 0; i < applicationClients; i += 1) await open(`app ${i}`, roles.app);
  await open('billing', roles.billing);
  await open('desk', roles.desk);

  const oneByOne = async (pieces) => {
    for (const piece of pieces) await runPiece(lanes.get(laneOf(piece)), piece);
  };
  const atOnce = async (pieces) => {
    await Promise.all([...groupByLane(pieces).values()].map(oneByOne));
  };
  const close = () => Promise.all(clients.map((client) => client.end()));
  return { oneByOne, atOnce, close, size: clients.length };
}

function groupByLane(pieces) {
  const byLane = new Map();
  for (const piece of pieces) {
    const lane = laneOf(piece);
    if (!byLane.has(lane)) byLane.set(lane, []);
    byLane.get(lane).push(piece);
  }
  return byLane;
}

// An activity is one thing that a client of the marketplace does: one statement, or a few in a transaction.
// `keyed` says whose data each statement is about ("user", "shop", "visitor"), or what else it is: "global", "queue",
// "reach" (bounded or unbounded search over many owners), "report", "noise". It is counted, never sent to the server.
//
// @typedef {object} Activity
// @property {string} keyed
// @property {number} perDay how often on an ordinary day
// @property {'app' | 'billing' | 'desk'} role
// @property {number} from first day, @property {number} until last day: releases change what an application says
// @property {boolean} night runs alone after the day's traffic, because what it does depends on all of it
// @property {(talk: object, scene: object) => Promise<unknown>} run

const usual = { role: 'app', from: 1, until: 7, night: false };

const activity = (keyed, perDay, run) => ({ ...usual, keyed, perDay, run });

/** One statement with parameters, parsed each time. @param {(scene: object) => unknown[]} values */
export const bound = (keyed, perDay, sql, values = () => []) =>
  activity(keyed, perDay, (talk, scene) => talk.bound(keyed, sql, values(scene)));

/** One statement that is prepared once on each connection. */
export const named = (keyed, perDay, sql, values = () => []) =>
  activity(keyed, perDay, (talk, scene) => talk.named(keyed, sql, values(scene)));

/** One statement over the simple protocol, its literals in the text. @param {(scene: object) => string} sql */
export const plain = (keyed, perDay, sql) =>
  activity(keyed, perDay, (talk, scene) => talk.plain(keyed, sql(scene)));

/** Several statements in one transaction. */
export const transaction = (keyed, perDay, steps) =>
  activity(keyed, perDay, async (talk, scene) => {
    await talk.plain('noise', 'BEGIN');
    await steps(talk, scene);
    await talk.plain('noise', 'COMMIT');
  });

/** Several statements, each on its own. */
export const sequence = (keyed, perDay, steps) => activity(keyed, perDay, steps);

export const since = (from, activities) => activities.map((one) => ({ ...one, from }));
export const upTo = (until, activities) => activities.map((one) => ({ ...one, until }));
export const atNight = (activities) => activities.map((one) => ({ ...one, night: true }));
export const as = (role, activities) => activities.map((one) => ({ ...one, role }));

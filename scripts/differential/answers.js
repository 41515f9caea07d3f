// Two answers to one statement: are they the same? A result or an error, as the driver gives it.

const timedOut = '57014';

/** @typedef {{ result: 'same' | 'both fail' | 'skipped' | 'wrong', why?: string }} Outcome */

/**
 * @param {any} got
 * @param {any} expected the monolith's
 * @param {{ isOrdered: boolean, isUnguarded?: (error: any) => boolean }} how rows in their order; is it a violation of what no shard can guard
 * @returns {Outcome}
 */
export function compareAnswers(got, expected, { isOrdered, isUnguarded = () => false }) {
  const [failed, fails] = [got, expected].map((answer) => answer instanceof Error);
  if (got.code === timedOut || expected.code === timedOut) return { result: 'skipped', why: 'timeout' };
  if (failed && fails) return { result: 'both fail', why: `${got.code}, ${expected.code}` };
  // Constraints that no shard can guard: the plan lists them.
  if (fails && isUnguarded(expected)) return { result: 'skipped', why: 'a constraint that no shard guards' };
  if (failed) return wrong(`fails on the shards only: ${got.code} ${got.message}`);
  if (fails) return wrong(`fails on the monolith only: ${expected.code} ${expected.message}`);
  const texts = ({ rows }) => rows.map((row) => JSON.stringify(row));
  const [left, right] = [texts(expected), texts(got)];
  if (!isOrdered) {
    left.sort();
    right.sort();
  }
  const few = (rows) => `${rows.length} rows: ${rows.slice(0, 4).join(' ')}`;
  if (left.length !== right.length || left.some((row, at) => row !== right[at]))
    return wrong(`${few(right)}; the monolith ${few(left)}`);
  const types = ({ fields }) =>
    fields.map(({ name, dataTypeID }) => `${name} ${typeOf(dataTypeID)}`).join(', ');
  if (types(got) !== types(expected)) return wrong(`columns ${types(got)}; the monolith ${types(expected)}`);
  const tag = ({ command, rowCount }) => `${command} ${rowCount}`;
  if (tag(got) !== tag(expected)) return wrong(`${tag(got)}; the monolith ${tag(expected)}`);
  return { result: 'same' };
}

/** Types of the schema's own have a number of their own in each database. */
const typeOf = (oid) => (oid < 16384 ? oid : 'own');

export const wrong = (why) => ({ result: 'wrong', why });

/**
 * The library's or the router's own refusal, which has to say verdict and fix; a server's error says which of its routines made it.
 * @returns {{ result: 'refused', verdict: string, why: string } | Outcome | undefined}
 */
export function refusalIn(answer, ShardwrightRefusal) {
  if (answer instanceof ShardwrightRefusal) return refused(answer.verdict, answer.message, answer.fix);
  if (!(answer instanceof Error) || answer.code !== '0A000' || answer.routine !== undefined) return undefined;
  const { message, hint } = answer;
  const [, verdict] = /^([a-z-]+): /.exec(message) ?? [];
  return refused(verdict ?? (aboutTransaction.test(message) ? 'transaction' : ''), message, hint);
}

/** Each of its statements has a place, and they are not one. */
const aboutTransaction = /^this (?:transaction|pipeline) /;

function refused(verdict = '', message = '', fix = '') {
  const isSaid = [verdict, message, fix].every((text) => text !== '');
  const why = message.endsWith(fix) ? message : `${message}; ${fix}`;
  return isSaid ? { result: 'refused', verdict, why } : wrong(`refused without verdict and fix: ${why}`);
}

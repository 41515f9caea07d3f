// The forms in which a client asks the router: by the simple and the extended protocol, prepared, in portions, in binary,
// two statements in one text, and two in a transaction. A form is a list of what the driver is asked, one after the other;
// the monolith is asked the very same.

const asText = { getTypeParser: () => (value) => (Buffer.isBuffer(value) ? value.toString('hex') : value) };
const asRows = { rowMode: 'array', types: asText };

/**
 * @typedef {{ sql: string, params: readonly (string | null)[] }} Statement
 * @typedef {{ query: any, at: readonly (number | undefined)[], texts?: readonly string[] }} Ask
 *   `at`: which of the given statements each answer is for; `texts`: these statements as they are asked
 * @typedef {{ answer: any, at: number | undefined }} Answer a result or an error
 */

const plain = (text) => ({ query: { text }, at: [undefined] });
const together = (statements, first = 0) => {
  const texts = statements.map(withValues);
  return { query: { text: texts.join('; '), ...asRows }, at: texts.map((_, i) => first + i), texts };
};
const simple = (one, at = 0) => together([one], at);
const extended = ({ sql, params }, at = 0, more = {}) => ({
  query: { text: sql, values: [...params], queryMode: 'extended', ...asRows, ...more },
  at: [at],
  texts: [sql],
});

const inTransaction = ([first, second], end) => [
  plain('BEGIN'),
  extended(first),
  simple(second, 1),
  plain(end),
];

/** @type {Record<string, (statements: readonly Statement[], number: number) => readonly Ask[]>} */
const forms = {
  simple: ([one]) => [simple(one)],
  extended: ([one]) => [extended(one)],
  // The second time it is there already.
  prepared: ([one], number) => [1, 2].map(() => extended(one, 0, { name: `router ${number}` })),
  portions: ([one]) => [extended(one, 0, { rows: 2 })],
  binary: ([one]) => [extended(one, 0, { binary: true })],
  together: (both) => [together(both)],
  commit: (both) => inTransaction(both, 'COMMIT'),
  rollback: (both) => inTransaction(both, 'ROLLBACK'),
};

const turns = [
  ...['simple', 'extended', 'prepared', 'simple', 'extended', 'commit'],
  ...['simple', 'extended', 'portions', 'binary', 'together', 'rollback'],
];
const ofTwo = new Set(['together', 'commit', 'rollback']);

/** @param {number} number of the statement: the forms take turns */
export function formOf(number) {
  const name = turns[number % turns.length];
  return { name, needsTwo: ofTwo.has(name), asksOf: forms[name] };
}

/** The library's one form; every other statement is prepared under a name. @returns {readonly Ask[]} */
export function libraryAsks([{ sql, params }], number) {
  const name = number % 2 === 0 ? {} : { name: `library ${number}` };
  return [{ query: { text: sql, values: [...params], ...name, ...asRows }, at: [0], texts: [sql] }];
}

/** As the simple protocol takes it: the values in the text, without a type as parameters are. @param {Statement} statement */
export function withValues({ sql, params }) {
  const literal = (value) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);
  return sql.replace(/\$(\d+)/g, (_, number) => literal(params[Number(number) - 1]));
}

/** One thing after the other, whatever becomes of the ones before. @returns {Promise<readonly Answer[]>} */
export async function askAll(query, asks) {
  const answers = [];
  for (const ask of asks) {
    const answer = await inTime(
      ask,
      query(ask.query).catch((error) => error),
    );
    // Of several statements in one text an error is the only answer.
    for (const [i, one] of (Array.isArray(answer) ? answer : [answer]).entries())
      answers.push({ answer: one, at: ask.at[i] });
  }
  return answers;
}

const patienceMs = 60_000;

/** Statements have a time limit of their own; an answer that never comes would hold up everything. */
async function inTime({ query }, answer) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer: ${query.text}`)), patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The marketplace's statements. The driver reads binary values as texts, in which one byte may look like another: not for writes. */
export function trafficAsks(way, statement, number, isWrite = false) {
  if (way === 'library') return { form: 'library', asks: libraryAsks([statement], number) };
  const form = ['extended', 'simple', isWrite ? 'extended' : 'binary', 'simple'][number % 4];
  return { form, asks: forms[form]([statement], number) };
}

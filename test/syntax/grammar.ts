/** Random expressions as text, for holding the two readers against each other: every operator beside every other. */
import fc from 'fast-check';

const leaf = fc.constantFrom(
  ...[
    'a',
    't.c',
    '"X".y',
    '1',
    '2.50',
    '$1',
    "'x'",
    "'it''s'",
    'null',
    'true',
    '-1',
    '- 2',
    "date '2020-01-01'",
  ],
  ...[
    'f(a)',
    'count(*)',
    'array[1, 2]',
    '(a, b)',
    'case when a then 1 end',
    'extract(year from a)',
    'current_date',
  ],
  ...[
    "position('x' in b)",
    'cast(a as int)',
    '(select a from t o)',
    'exists (select 1)',
    'trim(a)',
    'row(1, a)',
  ],
);

const operator = fc.constantFrom(
  ...[
    '=',
    '<>',
    '<',
    '>=',
    '+',
    '-',
    '*',
    '/',
    '^',
    '||',
    '->',
    '->>',
    '@>',
    '~',
    '&',
    '#',
    '<<',
    'and',
    'or',
  ],
  ...['like', 'not ilike', 'at time zone', 'operator(pg_catalog.=)', 'between 1 and', 'not between a and'],
);

const suffix = fc.constantFrom(
  ...['is null', 'is not true', '::text', '::varchar(3)', '::int[]', '[1]', 'in (1)', 'not in (a, $2)'],
  ...['in ($1 /*, ... */)', 'in (select 1)', '= any (array[1])', '<> all (select a from t)', 'in ((1, 2))'],
);

export const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.tuple(tie('any'), operator, tie('any')).map(([left, name, right]) => `${left} ${name} ${right}`),
    fc.tuple(tie('any'), suffix).map(([operand, end]) => `${operand} ${end}`),
    fc.tuple(fc.constantFrom('not', '-', '+'), tie('any')).map(([sign, operand]) => `${sign} ${operand}`),
    tie('any').map((inner) => `(${inner})`),
  ),
})).any;

const arm = fc.constantFrom(
  ...[
    'select 1',
    'values (2)',
    '(select a from t o order by a limit 1)',
    '(select 1 union select 2)',
    '(values (3))',
  ],
);

/** Chains of UNION with clauses at their end. */
export const union = fc
  .tuple(
    arm,
    fc.array(fc.tuple(fc.constantFrom('union', 'union all'), arm), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', ' order by 1', ' limit 2'),
  )
  .map(([first, more, end]) => [first, ...more.map((each) => each.join(' '))].join(' ') + end);

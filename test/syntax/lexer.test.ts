import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseText, splitStatements } from '../../src/syntax/index.js';
import { nextToken, scannerAt, tokenText } from '../../src/syntax/lexer.js';

/** Pieces whose edges are where a scanner goes wrong. */
const piece = fc.constantFrom(
  ...[
    'select',
    'a',
    'FROM',
    ' t ',
    '$1',
    '$22',
    "'x'",
    "'it''s'",
    "'",
    "E'\\''",
    'E',
    '"q"',
    '"',
    '$$',
    '$t$',
    '$',
  ],
  ...[
    '--',
    '\n',
    '/*',
    '*/',
    '/* c */',
    '/*, ... */',
    ';',
    '(',
    ')',
    '[',
    ']',
    ',',
    '.',
    '..',
    '::',
    ':=',
    '=',
    '->',
  ],
  ...[
    '-',
    '+',
    '?',
    '1',
    '1.5',
    '.5',
    '1e3',
    '0x1F',
    "x'1'",
    "U&'",
    'é',
    '…',
    'order by',
    'varchar(3)',
    ' ',
    '\\',
    'b',
  ],
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

function tokens(sql: string) {
  const scanner = scannerAt(sql);
  const found: { kind: string; text: string }[] = [];
  while (nextToken(scanner)) found.push({ kind: scanner.kind, text: tokenText(scanner) });
  return found;
}

describe('the scanner', () => {
  it('gives every character to exactly one token', () => {
    fc.assert(
      fc.property(text, (sql) => {
        expect(
          tokens(sql)
            .map((token) => token.text)
            .join(''),
        ).toBe(sql);
        expect(tokens(sql).every((token) => token.text !== '')).toBe(true);
      }),
    );
  });

  it('cuts as PostgreSQL does', () => {
    const kinds = (sql: string) => tokens(sql).map((token) => `${token.kind} ${token.text}`);
    expect(kinds('a=-1')).toEqual(['word a', 'operator =', 'operator -', 'number 1']);
    expect(kinds('a@-1')).toEqual(['word a', 'operator @-', 'number 1']);
    expect(kinds('a--b')).toEqual(['word a', 'comment --b']);
    expect(kinds('a*/*x*/b')).toEqual(['word a', 'operator *', 'comment /*x*/', 'word b']);
    expect(kinds("'a'\n 'b''c'")).toEqual(["string 'a'\n 'b''c'"]);
    expect(kinds("E'\\'' x")).toEqual(["string E'\\''", 'blank  ', 'word x']);
    expect(kinds('$a$b$c$a$$1')).toEqual(['string $a$b$c$a$', 'param $1']);
    expect(kinds('x$1 1..2 .5e-3')).toEqual([
      ...['word x$1', 'blank  ', 'number 1', 'punctuation ..', 'number 2', 'blank  ', 'number .5e-3'],
    ]);
    expect(kinds('/* a /* b */ c */d')).toEqual(['comment /* a /* b */ c */', 'word d']);
  });
});

describe('normaliseText', () => {
  it('gives a text that it does not change again, with the same identity', () => {
    fc.assert(
      fc.property(text, (sql) => {
        const once = normaliseText(sql);
        const twice = normaliseText(once.text);
        expect(twice.text).toBe(once.text);
        if (!sql.includes('?')) expect(twice.identity).toBe(once.identity);
      }),
    );
  });

  it('leaves no literal in either', () => {
    fc.assert(
      fc.property(
        text,
        fc.constantFrom("'secret'", "E'sec\\'ret'", '$q$secret$q$', "'secret"),
        (before, literal) => {
          const sql = `${before.replace(/['"$\\]|\/\*|--/g, '')} x = ${literal}`;
          const { text: printed, identity } = normaliseText(sql);
          expect(printed + identity).not.toContain('ret');
        },
      ),
    );
  });
});

describe('splitStatements', () => {
  it('loses nothing but separators, meta-commands and copied data', () => {
    fc.assert(
      fc.property(text, (sql) => {
        let end = 0;
        for (const part of splitStatements(sql)) {
          expect(part.offset).toBeGreaterThanOrEqual(end);
          expect(sql.slice(part.offset, part.offset + part.text.length)).toBe(part.text);
          expect(part.leading).toBe(sql.slice(part.offset - part.leading.length, part.offset));
          end = part.offset + part.text.length;
        }
      }),
    );
  });

  it('finds the statements that were joined', () => {
    const statement = fc.constantFrom(
      ...[
        "select ';'",
        'select (1; )',
        'a "b;"',
        '$$;$$',
        'x /* ; */',
        "E'\\';'",
        'begin atomic select 1; end',
      ],
    );
    fc.assert(
      fc.property(fc.array(statement), (all) => {
        const whole = all.filter((sql) => sql !== 'select (1; )');
        expect(splitStatements(whole.join(';\n')).map((part) => part.text)).toEqual(whole);
      }),
    );
  });
});

/**
 * The body of a trigger function in PL/pgSQL, rewritten token by token. Each SQL statement and expression in it is also
 * rewritten by itself, with its tree checked; the body counts only when both ways give the same.
 */

import { joined, type Piece, piecesOf } from '../sql-pieces.js';
import { hashedLiteral, isBuiltinCall, nameOf, type Rewriting, rewriteSql, squashMark } from './rewrite.js';
import { staysEverywhere } from './words.js';

export interface SqlInside {
  readonly statements: readonly string[];
  readonly expressions: readonly string[];
}

export type ReadBody = (body: string) => SqlInside | undefined;

/** Words and variables of PL/pgSQL that are no keywords of SQL. */
const plpgsqlWords = new Set(
  `alias array assert backward call chain close collate column column_name commit constant constraint constraint_name continue current
  cursor datatype debug default detail diagnostics do dump elseif elsif end errcode error exception execute exit fetch first for foreach
  forward from get hint if import in info insert into is last log loop merge message message_text move next no notice null open option
  or perform pg_context pg_datatype_name pg_exception_context pg_exception_detail pg_exception_hint pg_routine_oid print_strict_params
  prior query raise relative return returned_sqlstate reverse rollback row_count rowtype schema schema_name scroll slice sqlstate stacked
  strict table table_name then to type use_column use_variable using variable_conflict warning when while found sqlerrm tg_op tg_name tg_when tg_level tg_relid tg_table_name tg_table_schema tg_nargs tg_argv`.split(
    /\s+/,
  ),
);

export function rewriteBody(rewriting: Rewriting, body: string, read: ReadBody): string | undefined {
  const inside = read(body);
  if (inside === undefined) return undefined;
  const statements = inside.statements.map((sql) => rewriteSql(rewriting, sql, 'hashes'));
  const expressions = inside.expressions.map((sql) => rewriteSql(rewriting, sql, 'hashes', ['SELECT ', '']));
  const expected = [...statements, ...expressions];
  const names = new Set(expected.flatMap((one) => [...(one?.names ?? [])]));
  const rewritten = rewriteTokens(rewriting, body, names);
  const found = rewritten === undefined ? undefined : read(rewritten);
  if (found === undefined || found.statements.length !== statements.length) return undefined;
  const texts = [...found.statements, ...found.expressions];
  const isSame =
    texts.length === expected.length &&
    texts.every((text, index) => layoutFree(text) === layoutFree(expected[index]?.text));
  return isSame ? rewritten : undefined;
}

function layoutFree(text: string | undefined): string | undefined {
  return text?.replaceAll(/\s+/g, '');
}

function rewriteTokens(
  { pseudonyms, words }: Rewriting,
  body: string,
  names: ReadonlySet<string>,
): string | undefined {
  const pieces = piecesOf(body);
  if (pieces.some(({ cut, kind, text }) => cut || (kind === 'quotedName' && !text.startsWith('"'))))
    return undefined;
  const significant = pieces.filter(({ kind }) => kind !== 'blank' && kind !== 'comment');
  const before = (piece: Piece, steps: number): string =>
    significant[significant.indexOf(piece) - steps]?.text.toLowerCase() ?? '';
  const replaced = pieces.map((piece, index) => {
    switch (piece.kind) {
      case 'blank':
        return piece.text.includes('\n') ? '\n' : ' ';
      case 'comment':
        return squashMark(piece.text);
      case 'string':
        return raises.has(before(piece, 1))
          ? message(pseudonyms.text(piece.text), piece.text)
          : hashedLiteral(pseudonyms, piece);
      case 'number':
        return isLength(before(piece, 1), before(piece, 2)) ? piece.text : hashedLiteral(pseudonyms, piece);
      case 'bits':
        return hashedLiteral(pseudonyms, piece);
      case 'quotedName':
        return pseudonyms.name(nameOf(piece));
      case 'word': {
        const name = nameOf(piece);
        const isType = words.types.has(name) && !words.ownTypes.has(name) && followsName(before(piece, 1));
        if (isType || isBuiltinCall(words, pieces, index)) return piece.text;
        const isOurs = words.keywords.has(name) || plpgsqlWords.has(name) || staysEverywhere(words, name);
        return isOurs && !names.has(name) ? piece.text : pseudonyms.name(name);
      }
      default:
        return piece.text;
    }
  });
  return joined(replaced);
}

const raises = new Set(['raise', 'exception', 'warning', 'notice', 'info', 'log', 'debug']);

/** RAISE counts the % of its message. */
function message(pseudonym: string, original: string): string {
  const places = original.replaceAll('%%', '').match(/%/g) ?? [];
  return `'${[pseudonym, ...places].join(' ')}'`;
}

const typesWithLength = new Set([
  'varchar',
  'char',
  'varying',
  'character',
  'numeric',
  'decimal',
  'bit',
  'varbit',
]);

function isLength(previous: string, beforeThat: string): boolean {
  return previous === '(' && typesWithLength.has(beforeThat);
}

/** A type stands behind a cast or a variable's name. Where that is guessed wrong the body is left out. */
function followsName(previous: string): boolean {
  return previous === '::' || (/^[a-z_"]/.test(previous) && !beforeNames.has(previous));
}

const beforeNames = new Set(
  'declare begin then else loop select distinct set where and or not on having by from join into update table returning'.split(
    ' ',
  ),
);

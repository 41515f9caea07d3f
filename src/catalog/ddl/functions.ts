/** Functions, procedures and aggregates: what a call of one needs to be judged. Bodies of all three spellings become text. */

import type {
  AlterFunctionStmt,
  CreateFunctionStmt,
  DefElem,
  DefineStmt,
  FunctionParameter,
  Node,
} from 'libpg-query';
import type { SqlFunction } from '../../model/index.js';
import type { Context } from './context.js';
import type { Draft, DraftFunction } from './draft.js';
import { resolvedName } from './names.js';
import { itemsOf, namePathOf, stringOf } from './nodes.js';
import { rowTargetsOf } from './row-targets.js';
import { pathOf } from './settings.js';
import { restAfter } from './statement-text.js';
import { readType, signatureOf } from './types.js';

export function createFunction(context: Context, statement: CreateFunctionStmt): void {
  const path = namePathOf(statement.funcname);
  const inputs = inputsOf(statement.parameters);
  const options = optionsOf(statement.options);
  const body = bodyOf(context, statement, options);
  const language = statement.sql_body ? 'sql' : stringOf(options.get('language')).toLowerCase() || 'sql';
  const returnsTrigger = namePathOf(statement.returnType?.names).at(-1) === 'trigger';
  keepFunction(context.draft, {
    name: resolvedName(context.draft, path, () => false),
    language,
    volatility: volatilityOf(options) ?? 'volatile',
    argumentNames: inputs.map(({ name }) => name ?? ''),
    argumentCount: inputs.length,
    ...(body === undefined ? {} : { body }),
    kind: statement.is_procedure ? 'procedure' : 'function',
    returnsTrigger,
    ...(returnsTrigger && language === 'plpgsql' && body !== undefined
      ? { rowTargets: rowTargetsOf(body) }
      : {}),
    ...(takesRow(context.draft, inputs) ? { takesRow: true as const } : {}),
    ...surroundings(statement.options),
    source: context.source,
    signature: signatureOf(
      context.draft,
      inputs.map(({ argType }) => argType),
    ),
  });
}

export function createAggregate(context: Context, statement: DefineStmt): void {
  const inputs = inputsOf(itemsOf(statement.args?.[0]));
  keepFunction(context.draft, {
    name: resolvedName(context.draft, namePathOf(statement.defnames), () => false),
    language: 'internal',
    volatility: 'immutable',
    argumentNames: inputs.map(({ name }) => name ?? ''),
    argumentCount: inputs.length,
    kind: 'aggregate',
    returnsTrigger: false,
    source: context.source,
    signature: signatureOf(
      context.draft,
      inputs.map(({ argType }) => argType),
    ),
  });
}

const inputModes = new Set([
  'FUNC_PARAM_IN',
  'FUNC_PARAM_DEFAULT',
  'FUNC_PARAM_INOUT',
  'FUNC_PARAM_VARIADIC',
]);

function inputsOf(nodes: readonly Node[] | undefined): readonly FunctionParameter[] {
  return (nodes ?? [])
    .flatMap((node) => ('FunctionParameter' in node ? [node.FunctionParameter] : []))
    .filter(({ mode }) => mode === undefined || inputModes.has(mode));
}

function optionsOf(nodes: readonly Node[] | undefined): ReadonlyMap<string, DefElem['arg']> {
  return new Map(
    (nodes ?? []).flatMap((node) =>
      'DefElem' in node ? [[node.DefElem.defname ?? '', node.DefElem.arg] as const] : [],
    ),
  );
}

/** Of a type that the schema makes: a table's or view's row or a composite, or one that looks like them. */
function takesRow(draft: Draft, inputs: readonly FunctionParameter[]): boolean {
  const [only, ...others] = inputs;
  if (only === undefined || others.length > 0) return false;
  const { type = '', array } = readType(draft, only.argType);
  return !array && (type.includes('.') || type === 'record');
}

/** What a body runs under: the path of its names, and whose rights. */
function surroundings(
  nodes: readonly Node[] | undefined,
): Pick<SqlFunction, 'searchPath' | 'securityDefiner'> {
  const options = (nodes ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));
  const setting = options
    .flatMap(({ defname, arg }) =>
      defname === 'set' && arg && 'VariableSetStmt' in arg ? [arg.VariableSetStmt] : [],
    )
    .find(({ name }) => name === 'search_path');
  const security = options.find(({ defname }) => defname === 'security')?.arg;
  const isDefiner = security !== undefined && 'Boolean' in security && security.Boolean.boolval === true;
  return {
    ...(setting === undefined ? {} : { searchPath: pathOf(setting) ?? [] }),
    ...(isDefiner ? { securityDefiner: true as const } : {}),
  };
}

function volatilityOf(options: ReadonlyMap<string, Node | undefined>): SqlFunction['volatility'] | undefined {
  const written = stringOf(options.get('volatility'));
  return written === 'immutable' || written === 'stable' || written === 'volatile' ? written : undefined;
}

function bodyOf(
  context: Context,
  statement: CreateFunctionStmt,
  options: ReadonlyMap<string, Node | undefined>,
): string | undefined {
  if (!statement.sql_body) {
    const parts = itemsOf(options.get('as'));
    return parts.length === 1 ? stringOf(parts[0]) : undefined;
  }
  if ('ReturnStmt' in statement.sql_body) {
    const expression = restAfter(context.text, ['return']);
    return expression && `SELECT ${expression.text}`;
  }
  return restAfter(context.text, ['begin', 'atomic'], [['end']])?.text ?? '';
}

/** CREATE OR REPLACE replaces the overload of the same input types only. */
function keepFunction(draft: Draft, made: DraftFunction): void {
  const others = (draft.functions.get(made.name) ?? []).filter((each) => each.signature !== made.signature);
  draft.functions.set(made.name, [...others, made]);
}

/** The overloads that DROP, ALTER and RENAME mean: all when no argument list was written. */
export function functionsNamed(
  draft: Draft,
  node: Node | undefined,
): { readonly name: string; readonly chosen: readonly DraftFunction[] } {
  const target = node && 'ObjectWithArgs' in node ? node.ObjectWithArgs : {};
  const name = resolvedName(draft, namePathOf(target.objname), (each) => draft.functions.has(each));
  const known = draft.functions.get(name) ?? [];
  if (target.args_unspecified) return { name, chosen: known };
  const inputs = target.objfuncargs ? inputsOf(target.objfuncargs).map(({ argType }) => argType) : [];
  const signature = signatureOf(draft, inputs);
  return { name, chosen: known.filter((each) => each.signature === signature) };
}

export function dropFunctions(draft: Draft, node: Node): void {
  const { name, chosen } = functionsNamed(draft, node);
  const left = (draft.functions.get(name) ?? []).filter((each) => !chosen.includes(each));
  if (left.length > 0) draft.functions.set(name, left);
  else draft.functions.delete(name);
}

export function alterFunction(draft: Draft, statement: AlterFunctionStmt): void {
  const volatility = volatilityOf(optionsOf(statement.actions));
  const changed = { ...(volatility ? { volatility } : {}), ...surroundings(statement.actions) };
  if (Object.keys(changed).length === 0 || !statement.func) return;
  const { name, chosen } = functionsNamed(draft, { ObjectWithArgs: statement.func });
  const all = draft.functions.get(name) ?? [];
  draft.functions.set(
    name,
    all.map((each) => (chosen.includes(each) ? { ...each, ...changed } : each)),
  );
}

export function moveFunctions(draft: Draft, node: Node | undefined, to: string): void {
  const { name, chosen } = functionsNamed(draft, node);
  if (chosen.length === 0 || name === to) return;
  const left = (draft.functions.get(name) ?? []).filter((each) => !chosen.includes(each));
  if (left.length > 0) draft.functions.set(name, left);
  else draft.functions.delete(name);
  for (const each of chosen) keepFunction(draft, { ...each, name: to });
}

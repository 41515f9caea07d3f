/** A statement as a program asks it, in the forms that the driver takes. */

import type { CustomTypesConfig, QueryConfig } from 'pg';
import type { Given } from '../model/index.js';
import type { Statement } from './types.js';
import { parameterText } from './values.js';

export interface Asked {
  readonly text: string;
  readonly values: unknown[];
  readonly name: string | undefined;
  readonly rowMode: 'array' | undefined;
  readonly types: CustomTypesConfig | undefined;
}

export function askedOf(statement: string | Statement, values: readonly unknown[] | undefined): Asked {
  const given: Statement = typeof statement === 'string' ? { text: statement } : statement;
  return {
    text: given.text,
    values: [...(values ?? given.values ?? [])],
    name: given.name,
    rowMode: given.rowMode,
    types: given.types as CustomTypesConfig | undefined,
  };
}

export function givenBy({ values }: Asked): Given {
  return { values: values.map(parameterText) };
}

/** As one database is asked. */
export function wholeAsk({ text, values, name, rowMode, types }: Asked): QueryConfig {
  return {
    text,
    values,
    ...(name === undefined ? {} : { name }),
    ...rowsAsked({ rowMode, types }),
  };
}

/** How rows are given. */
export function rowsAsked({ rowMode, types }: Pick<Asked, 'rowMode' | 'types'>): object {
  return { ...(rowMode === undefined ? {} : { rowMode }), ...(types === undefined ? {} : { types }) };
}

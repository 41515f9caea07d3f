// The project under test: verdicts of statements and shards of keys, by a compiled tree or by the sources.

/**
 * @param {(room: string) => Promise<any>} room imports one room of the project
 */
export async function loadProject(room) {
  const [syntax, catalogs, sql, routability, topology] = await Promise.all(
    ['syntax', 'catalog', 'sql', 'routability', 'topology'].map(room),
  );
  const reader = await syntax.loadReader('libpg-query');
  const readSql = (text) => {
    const result = reader.read(text);
    return result.ok ? result.statement : undefined;
  };
  const settings = { readSql, readTriggerFunction: reader.readTriggerFunction };

  /** Judges statements against one schema and placement. */
  async function judgeFor(ddl, tables, shardCount) {
    const catalog = await catalogs.readSchema([{ file: 'schema.sql', text: ddl }]);
    const placements = new Map(Object.entries(tables));
    const map = topology.initialMap(shardCount);
    const shardOfKey = ({ keyType, group }, text) => {
      const family = topology.keyFamilyOf(keyType);
      return topology.shardOf(
        map,
        group,
        text === null ? null : topology.canonicalKeyValue(family, keyType, text),
      );
    };
    const typeOfKey = (table, column) =>
      catalog.tables.get(table)?.columns.find(({ name }) => name === column)?.type;
    return {
      shardOfKey,
      /** @returns {{ verdict: any, query: any } | undefined} undefined: the statement cannot be read */
      judge: (text) => {
        const statement = readSql(text);
        if (statement === undefined) return undefined;
        const query = sql.resolveStatement(statement, catalog, settings);
        return { query, verdict: routability.classifyStatement(query, placements) };
      },
      shardsOf: (verdict, params) => routability.nameShards(verdict, placements, typeOfKey, map, params),
    };
  }
  return { judgeFor };
}

/** The plan of a schema, as plan files spell it. */
export function planOf({ tables }) {
  return Object.fromEntries(tables.map(({ name, placement }) => [`public.${name}`, placement]));
}

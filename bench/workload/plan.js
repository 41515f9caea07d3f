// The plan that the generated tables were made for: each area by its tenant, lookup tables everywhere.

export function planOf(tables) {
  return new Map(tables.map((table) => [`public.${table.name}`, placementOf(table)]));
}

function placementOf({ role, area, name, tenantColumn, columns }) {
  switch (role) {
    case 'lookup':
      return { placement: 'global' };
    case 'alone':
      return { placement: 'unsharded' };
    case 'tenant':
      return { placement: 'sharded', key: 'id', group: area };
    case 'child':
      return { placement: 'sharded', key: tenantColumn, group: area };
    case 'part':
      return { placement: 'sharded', key: columns[1][0], group: name };
    default:
      throw new Error(`no plan for a table that is a ${role}`);
  }
}

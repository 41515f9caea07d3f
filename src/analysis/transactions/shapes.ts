/** Transactions by shape: which statements they are made of, how many of them crossed shards, and through which statement. */

import { byCodeUnit, type TransactionShape } from '../../model/index.js';
import { outcomeOf, type Running } from './running.js';

/** Bounds the memory when transactions are ever new. */
const mostShapes = 20_000;

interface Shape {
  readonly statements: readonly string[];
  readonly repeated: readonly string[];
  transactions: number;
  crossing: number;
  readonly blamed: Map<string, number>;
}

export function trackShapes() {
  const shapes = new Map<string, Shape>();
  let notFollowed = 0;
  return {
    take: (running: Running): void => {
      const statements = [...running.statements];
      const repeated = statements.filter((id) => running.repeated.has(id));
      const key = `${statements.join(' ')}, ${repeated.join(' ')}`;
      const known = shapes.get(key);
      if (known === undefined && shapes.size >= mostShapes) {
        notFollowed += 1;
        return;
      }
      const shape = known ?? {
        statements,
        repeated,
        transactions: 0,
        crossing: 0,
        blamed: new Map<string, number>(),
      };
      shapes.set(key, shape);
      shape.transactions += 1;
      if (outcomeOf(running) !== 'crosses') return;
      shape.crossing += 1;
      const { blamed } = running;
      if (blamed !== undefined) shape.blamed.set(blamed, (shape.blamed.get(blamed) ?? 0) + 1);
    },
    crossing: (): readonly TransactionShape[] =>
      [...shapes.values()]
        .filter(({ crossing }) => crossing > 0)
        .sort((a, b) => b.crossing - a.crossing || byCodeUnit(nameOf(a), nameOf(b)))
        .map(({ blamed, ...shape }) => ({ ...shape, blamed: mostBlamed(blamed) })),
    notFollowed: (): number => notFollowed,
  };
}

function mostBlamed(blamed: ReadonlyMap<string, number>): TransactionShape['blamed'] {
  return [...blamed]
    .map(([statement, transactions]) => ({ statement, transactions }))
    .sort((a, b) => b.transactions - a.transactions || byCodeUnit(a.statement, b.statement));
}

function nameOf({ statements, repeated }: Shape): string {
  return `${statements.join()} ${repeated.join()}`;
}

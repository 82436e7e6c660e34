import type { TemplateStep } from '../../api/requests';

export interface Placed {
  step: TemplateStep;
  column: number;
  row: number;
}

/** Each step stands one column after the last of the steps it needs; in a column, in file order. */
export function layersOf(steps: TemplateStep[]): Placed[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const columns = new Map<string, number>();
  // A file with a circle is refused by the server; the guard keeps a preview of one from never ending.
  const columnOf = (id: string, above: ReadonlySet<string>): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    const needs = (byId.get(id)?.needs ?? []).filter((need) => byId.has(need) && !above.has(need));
    const column = Math.max(-1, ...needs.map((need) => columnOf(need, new Set([...above, id])))) + 1;
    columns.set(id, column);
    return column;
  };
  const filled = new Map<number, number>();
  return steps.map((step) => {
    const column = columnOf(step.id, new Set([step.id]));
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { step, column, row };
  });
}

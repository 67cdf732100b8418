/** Last polynomials of a flow on its quadrilaterals, by which errors are seen and meshes are cut. */
import type { FlowRows } from "./rows.ts";

/**
 * Squares of an unknown's last two polynomials by own coordinate and quadrilateral, and of the unknown; of the pressure
 * those of the two polynomials behind, as its squares fall.
 */
export interface Tail {
  readonly of: readonly [Float64Array, Float64Array];
  readonly size: number;
}

/** @param order - powers of the width by which squares are divided */
export function tailsOf(rows: FlowRows, values: Float64Array, order: number): Tail[] {
  const { grid, mesh, form } = rows;
  const n = grid.degree + 1;
  const { modes, weights } = grid.functions;
  const areas = rows.areas();
  return form.inside.map((_, unknown) => {
    const field = rows.valuesAt(values, unknown);
    const top = unknown === form.pressure ? n - 3 : n - 1;
    const of = [new Float64Array(mesh.all.length), new Float64Array(mesh.all.length)] as const;
    let size = 0;
    for (let i = 0; i < grid.count; i++) size += grid.weights[i]! * field[i]! ** 2;
    for (const axis of [0, 1] as const) {
      const [step, stride] = axis === 0 ? [1, n] : [n, 1];
      for (let q = 0; q < mesh.all.length; q++) {
        const middle = q * grid.each + (grid.each >> 1);
        const slope = Math.hypot(grid.slopes[2 * axis]![middle]!, grid.slopes[2 * axis + 1]![middle]!);
        const pairs = [0, 0];
        for (let line = 0; line < n; line++) {
          for (const [pair, k] of [top, top - 1, top - 2, top - 3].entries()) {
            let sum = 0;
            for (let j = 0; j < n; j++) sum += modes[k * n + j]! * field[q * grid.each + line * step + j * stride]!;
            pairs[pair >> 1]! += (slope ** order * areas[q]! * weights[line]! * sum ** 2) / 2;
          }
        }
        const [last, before] = pairs as [number, number];
        // The pressure's next two are those of the velocities' degree.
        of[axis][q] = unknown === form.pressure ? last * Math.min(1, last / (before || 1)) : last;
      }
    }
    return { of, size };
  });
}

/**
 * Worth of a cut across each own coordinate, by quadrilateral: squares of the last polynomials divided by the width, of
 * all unknowns but the pressure.
 */
export function worthOfCuts(rows: FlowRows, values: Float64Array): readonly [Float64Array, Float64Array] {
  const tails = tailsOf(rows, values, 1);
  const sum = (axis: 0 | 1) =>
    Float64Array.from(rows.mesh.all, (_, q) =>
      rows.smooth.reduce((all, k) => all + tails[k]!.of[axis][q]! / (tails[k]!.size || Number.POSITIVE_INFINITY), 0),
    );
  return [sum(0), sum(1)];
}

/** Share that the last polynomials have of all unknowns but the pressure. */
export function shareOfLast(rows: FlowRows, values: Float64Array): number {
  const tails = tailsOf(rows, values, 0);
  const total = (of: (tail: Tail) => number) => rows.smooth.reduce((sum, k) => sum + of(tails[k]!), 0);
  const last = total(({ of }) => of.reduce((sum, own) => sum + own.reduce((a, b) => a + b, 0), 0));
  return Math.sqrt(last / (total(({ size }) => size) || 1));
}

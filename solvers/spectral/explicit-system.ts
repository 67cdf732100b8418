/** Rows in space as an explicit system in time: masses of elements are diagonal, so that nothing is solved. */
import { type Expression, evaluateAt, nodesOf } from "../../equations/expression/index.ts";
import type { ExplicitSystem } from "./dormand-prince.ts";
import type { SpectralForm } from "./form.ts";
import type { SpectralRows } from "./rows.ts";

/** More axes have so many nodes that steps of an explicit method take too much memory. */
const mostAxes = 2;
/** Operations of a point for each derivative, and points that whatever is done once stands for. */
const [ofEvaluation, overhead] = [2, 150];
/** Terms of a sum that count as one derivative. */
const longSum = 16;
/** Part of the interval in time by which values on faces are moved to have their rates. */
const shortly = 1e-4;

/**
 * True where steps of an explicit method are as long as accuracy lets them be: equations of first order carry by slopes
 * alone, those of second order by at most second derivatives, and each has the highest derivative in time of one unknown.
 */
export function suitsExplicit({ space, inside, faces, leaves, inTime, floating }: SpectralForm): boolean {
  if (space.length > mostAxes || floating.length > 0 || inTime.some((order) => order === 0 || order > 2)) return false;
  const names = new Set(leaves.map(({ name }) => name));
  const isGiven = (e: Expression) => ![...nodesOf(e)].some((node) => node.kind === "data" && names.has(node.name));
  return (
    inside.every(({ slopes }, k) => {
      const own = slopes.map(({ leaf, slope }) => ({ ...leaves[leaf]!, slope }));
      const highest = own.filter(({ unknown, inTime: order }) => order > 0 && order === inTime[unknown]);
      const inSpace = own.filter(({ inSpace: orders }) => orders.some((o) => o > 0));
      const most = Math.max(0, ...inSpace.map(({ inSpace: orders }) => orders.reduce((a, b) => a + b)));
      return (
        highest.length === 1 &&
        highest[0]!.unknown === k &&
        isGiven(highest[0]!.slope) &&
        most <= inTime[k]! &&
        inSpace.every(({ slope }) => isGiven(slope))
      );
    }) &&
    faces.every(
      ({ isNatural, slopes }) =>
        slopes.every(({ slope }) => isGiven(slope)) && (isNatural || new Set(slopes.map((s) => s.leaf)).size === 1),
    )
  );
}

/** Crossings of the shortest axis by what goes fastest, by the factors of equations in the middle of the domain. */
export function crossings({ problem, inside, leaves, inTime, time }: SpectralForm): number {
  const { bounds, constants } = problem;
  const middle = Float64Array.from(bounds, ([low, high]) => (low + high) / 2);
  const [begin, end] = bounds[time!]!;
  // Factors of the highest derivatives are given; those of others may have unknowns in them.
  const sizeOf = (slope: Expression) => Math.abs(evaluateAt(slope, middle, middle.length, constants)[0]!);
  const most = inside.map(({ slopes }, k) => {
    const factors = slopes.map(({ leaf, slope }) => ({ ...leaves[leaf]!, slope }));
    const mass = factors.find(({ unknown, inTime: order }) => unknown === k && order === inTime[k])!;
    const along = factors.filter(({ inSpace }) => inSpace.some((order) => order === inTime[k]));
    return Math.max(0, ...along.map(({ slope }) => (sizeOf(slope) / sizeOf(mass.slope)) ** (1 / inTime[k]!)));
  });
  const shortest = Math.min(...bounds.flatMap(([low, high], axis) => (axis === time ? [] : [high - low])));
  return (Math.max(...most) * (end - begin)) / shortest;
}

/** Rows as a system that an explicit method marches. */
export function explicitSystem(rows: SpectralRows): ExplicitSystem {
  const { form, grid, size } = rows;
  const { inTime, faces, inside, problem, time } = form;
  const { nodes, active } = grid;
  const levels = Math.max(...inTime);
  const isOfTime = (e: Expression) => [...nodesOf(e)].some((node) => node.kind === "coordinate" && node.axis === time);
  const movesOnFaces = faces.some(({ residual, isNatural }) => !isNatural && isOfTime(residual));
  const massChanges = inside.some(({ slopes }, k) =>
    slopes.some(({ leaf, slope }) => form.leaves[leaf]!.inTime === inTime[k] && isOfTime(slope)),
  );
  /** Sums along lines, where they are longer than those of an element. */
  const sums = form.leaves.reduce((all, { inSpace }) => {
    const lengths = inSpace.flatMap((order, k) => (order > 0 ? [Math.max(...grid.axes[k]!.degrees)] : []));
    return all + lengths.reduce((a, n) => a + Math.max(0, n / longSum - 1), 0);
  }, 0);
  const masses = new Float64Array(size);
  let isKnown = false;
  const findMasses = () => {
    if (isKnown && !massChanges) return;
    const [ones, product] = [new Float64Array(size).fill(1), new Float64Array(size)];
    for (let order = 1; order <= levels; order++) {
      rows.apply(order, ones, product, (equation, unknown) => equation === unknown && inTime[unknown] === order);
      for (const [k, own] of inTime.entries())
        if (own === order) masses.set(product.subarray(k * nodes, (k + 1) * nodes), k * nodes);
    }
    isKnown = true;
  };
  const span = problem.bounds[time!]![1] - problem.bounds[time!]![0];
  const given = (t: number, y: Float64Array) => {
    const out = y.slice();
    rows.prescribe(t, out);
    return out;
  };
  return {
    work: ofEvaluation * (grid.count + overhead) * (form.leaves.length + 2 + sums),
    rates(t, y) {
      const rest = rows.evaluate(t, [...y, new Float64Array(size)]);
      findMasses();
      const out = Array.from({ length: levels }, () => new Float64Array(size));
      for (const [k, order] of inTime.entries()) {
        for (let i = k * nodes; i < (k + 1) * nodes; i++) {
          if (!active[i - k * nodes] || rows.fixed[i]) continue;
          for (let j = 0; j + 1 < order; j++) out[j]![i] = y[j + 1]![i]!;
          out[order - 1]![i] = -rest[i]! / masses[i]!;
        }
      }
      if (movesOnFaces) {
        const d = shortly * span;
        const [a, b, c, e] = [-2, -1, 1, 2].map((k) => given(t + k * d, y[0]!)) as Float64Array[];
        for (let i = 0; i < size; i++)
          if (rows.fixed[i]) out[0]![i] = (a![i]! - e![i]! + 8 * (c![i]! - b![i]!)) / (12 * d);
      }
      return out;
    },
    prescribe: (t, y) => rows.prescribe(t, y[0]!),
    sizes: (level) =>
      inTime.map((_, k) => {
        let [sum, count] = [0, 0];
        for (let i = k * nodes; i < (k + 1) * nodes; i++) {
          if (!active[i - k * nodes]) continue;
          sum += level[i]! ** 2;
          count++;
        }
        return Math.sqrt(sum / count);
      }),
  };
}

/** Residuals of the rows of each element, at other points than those of the solve. */
import { Basis } from "./basis.ts";
import type { Discretisation } from "./discretisation.ts";
import type { Cell, Face, Mesh } from "./mesh.ts";
import { boundaryPoints, facePoints, interiorPoints } from "./points.ts";
import {
  acrossFace,
  conditionScale,
  evaluated,
  faceWeight,
  halves,
  integralPoints,
  outflow,
  scalesOf,
  type Weights,
  weighting,
} from "./rows.ts";

/** Residuals in one element. */
export interface Left extends Weights {
  /** Sum of squares of its rows, a half of those on faces that it shares. */
  total: number;
  /** The same as the solve counts it: values at an outflow less. */
  counted: number;
  /** Along each axis, where in its box from −1 to 1 the squares lie in the mean. */
  readonly middle: Float64Array;
}

/**
 * Residuals of every row. A half of a jump belongs to either element.
 *
 * @param as - "solved": what the solve about these coefficients counts, at its points; residuals found so: the same with their scales of rows. Else at other points
 */
export function leftOn(layout: Discretisation, mesh: Mesh, as?: "solved" | ReadonlyMap<Cell, Left>): Map<Cell, Left> {
  const { problem, region, equations, conditions, periodic, matched, orders } = layout;
  const d = region.dimension;
  const more = as ? weighting.extra : 2;
  const scaled = as === "solved" ? undefined : as;
  const found = new Map<Cell, Left>();
  for (const cell of mesh.elements()) {
    const inside = evaluated(layout, cell, interiorPoints(cell, region, cell.degree + more), equations);
    const own = scaled?.get(cell)?.scales ?? scalesOf(layout, cell, inside);
    const parts = boundaryPoints(cell, region, periodic, cell.degree + more);
    const open = scaled?.get(cell)?.open ?? parts.map((part) => outflow(layout, cell, part));
    const left: Left = { total: 0, counted: 0, middle: new Float64Array(d), scales: own, open };
    const add = (points: Float64Array, i: number, square: number) => {
      left.total += square;
      for (let k = 0; k < d; k++) {
        const [l, h] = [cell.box.low[k]!, cell.box.high[k]!];
        left.middle[k]! += square * ((2 * (points[i * d + k]! - l)) / (h - l) - 1);
      }
    };
    inside.forms.forEach(({ residual }, k) => {
      residual.forEach((r, i) => {
        add(inside.at.points, i, weighting.interior * inside.at.weights[i]! * (own.equations[k]! * r) ** 2);
      });
    });
    left.counted = left.total;
    parts.forEach((part, p) => {
      const here = evaluated(
        layout,
        cell,
        part,
        conditions.map((c) => c.form),
      );
      conditions.forEach((condition, k) => {
        const scale = weighting.boundary * condition.weight * conditionScale(here.forms[k]!, cell, own) ** 2;
        here.forms[k]!.residual.forEach((r, i) => {
          if (!condition.holdsAt(part, i)) return;
          const square = scale * part.weights[i]! * r * r;
          add(part.points, i, square);
          left.counted += open[p]!(condition.form, i) * square;
        });
      });
    });
    found.set(cell, left);
  }
  for (const face of [...mesh.faces(periodic).values()].flat()) {
    const n = Math.max(...face.cells.map(({ degree }) => degree)) + 1;
    const across = acrossFace(face);
    const sides = ([0, 1] as const).map((side) => {
      const at = facePoints(region, face, side, n);
      return { at, basis: new Basis(face.cells[side], at.points, orders), cell: face.cells[side] };
    });
    problem.unknowns.forEach((_, j) => {
      const [p, q] = face.cells.map((cell) => found.get(cell)!.scales.unknowns[j]! ** 2) as [number, number];
      // What is left of both rows where the face's own value is the best.
      const scale = (2 * p * q) / (p + q);
      for (let r = 0; r < matched[j]![face.axis]!; r++) {
        const order = Array.from({ length: d }, (_k, k) => (k === face.axis ? r : 0));
        const [a, b] = sides.map(({ basis, cell }) => basis.values(order, cell.coefficients!, j * basis.size));
        sides[0]!.at.weights.forEach((weight, i) => {
          const square = (faceWeight(r) * weight * scale * (across ** r * (a![i]! - b![i]!)) ** 2) / 2;
          for (const { cell, at } of sides) {
            const left = found.get(cell)!;
            left.total += square / 2;
            left.counted += square / 2;
            for (let k = 0; k < d; k++) {
              const [l, h] = [cell.box.low[k]!, cell.box.high[k]!];
              left.middle[k]! += (square / 2) * ((2 * (at.points[i * d + k]! - l)) / (h - l) - 1);
            }
          }
        });
      }
    });
  }
  for (const left of found.values())
    for (let k = 0; k < d; k++) left.middle[k] = left.total > 0 ? left.middle[k]! / left.total : 0;
  return found;
}

/** Of all elements together. */
export const totalLeft = (left: ReadonlyMap<Cell, Left>): number =>
  [...left.values()].reduce((sum, { total }) => sum + total, 0);

/** The same as the solve counts it. */
export const countedLeft = (left: ReadonlyMap<Cell, Left>): number =>
  [...left.values()].reduce((sum, { counted }) => sum + counted, 0);

/** Of each equation, the integral over a face of the size of the flux that is lost there: the jump of the highest derivatives but one along the axis that it is across. */
function lostThrough(layout: Discretisation, face: Face): number[] {
  const { region, equations, matched } = layout;
  const n = Math.max(...face.cells.map(({ degree }) => degree)) + 1;
  const sides = ([0, 1] as const).map((side) => {
    const cell = face.cells[side];
    return { cell, ...evaluated(layout, cell, facePoints(region, face, side, n), equations) };
  });
  const { weights } = sides[0]!.at;
  const measure = face.low.reduce((p, l, k) => (p * (face.high[k]! - l)) / 2, 1 / 2);
  const whole = weights.reduce((a, b) => a + b, 0);
  return equations.map(({ terms }, k) => {
    const jumps = new Float64Array(weights.length);
    terms.forEach(({ unknown, order }, t) => {
      const highest = matched[unknown]![face.axis]!;
      if (order.some((o, axis) => o !== (axis === face.axis ? highest : 0))) return;
      const below = order.map((o, axis) => (axis === face.axis ? o - 1 : 0));
      const [a, b] = sides.map(({ basis, cell, forms }) => {
        const values = basis.values(below, cell.coefficients!, unknown * basis.size);
        return { values, factor: forms[k]!.factors[t]! };
      });
      jumps.forEach((_, i) => {
        jumps[i]! += ((a!.factor[i]! + b!.factor[i]!) / 2) * (a!.values[i]! - b!.values[i]!);
      });
    });
    return jumps.reduce((sum, jump, i) => sum + ((measure * weights[i]!) / whole) * Math.abs(jump), 0);
  });
}

/** Share of the domain, in elements that its boundary cuts, that no equation counts: slivers beside a boundary leave high derivatives free, and no values. */
const slivers = 1e-4;

/** Sums over elements, of each equation and then each condition; measures of elements beside them. */
class Sums {
  measure = 0;
  /** Squares of what is left, and of the sizes of the terms that are added up. */
  readonly left: Float64Array;
  readonly terms: Float64Array;
  /** Sizes of the integrals over elements of what is left, and integrals of the sizes of terms. */
  readonly unbalanced: Float64Array;
  readonly passed: Float64Array;

  constructor(rows: number) {
    [this.left, this.terms] = [new Float64Array(rows), new Float64Array(rows)];
    [this.unbalanced, this.passed] = [new Float64Array(rows), new Float64Array(rows)];
  }
}

/** Residuals of rows beside their terms. */
export interface Shares {
  /** Of each equation and then each condition: root mean square over the domain of what is left, over that of the sizes of the terms that are added up. */
  readonly rows: readonly number[];
  /**
   * Largest share of an equation that elements leave unbalanced: the sum of the sizes of their integrals of what is left and of the fluxes that are lost between them, over the integral of the sizes of the terms. A
   * thin element counts in it as much as the flux that it loses, where squares of its rows count next to nothing.
   */
  readonly imbalance: number;
}

/**
 * Shares of each equation and condition that a solution on a mesh leaves. A derivative counts as no smaller than that of a function that varies as much once over the domain.
 *
 * @param sizes - root mean squares of the unknowns
 */
export function sharesOn(layout: Discretisation, mesh: Mesh, sizes: readonly number[]): Shares {
  const { region, equations, conditions, periodic } = layout;
  const forms = [...equations, ...conditions.map((c) => c.form)];
  const sums = () => new Sums(forms.length);
  const all = sums();
  const cut = new Map<Cell, Sums>();
  const extents = region.low.map((l, k) => region.high[k]! - l);
  const add = (
    { left, terms, passed }: Sums,
    k: number,
    i: number,
    weight: number,
    seen: ReturnType<typeof evaluated>["forms"][number],
  ) => {
    const { form, residual, factors, derivatives } = seen;
    const parts = factors.map((factor, t) => factor[i]! * derivatives[t]![i]!);
    const rest = residual[i]! - parts.reduce((a, b) => a + b, 0);
    left[k]! += weight * residual[i]! ** 2;
    const sum = form.terms.reduce((all, { unknown, order }, t) => {
      const least = order.reduce((size, o, axis) => size / extents[axis]! ** o, sizes[unknown]!);
      return all + Math.max(Math.abs(parts[t]!), Math.abs(factors[t]![i]!) * least);
    }, Math.abs(rest));
    terms[k]! += weight * sum ** 2;
    passed[k]! += weight * sum;
  };
  for (const cell of mesh.elements()) {
    const measure = halves(cell).reduce((p, h) => p * h, 1);
    const inside = evaluated(layout, cell, integralPoints(cell, layout), equations);
    const part = cell.cut ? sums() : all;
    const own = measure * inside.at.weights.reduce((a, b) => a + b, 0);
    all.measure += own;
    if (cell.cut) {
      part.measure = own;
      cut.set(cell, part);
    }
    inside.forms.forEach((seen, k) => {
      let integral = 0;
      for (const [i, weight] of inside.at.weights.entries()) {
        add(part, k, i, weight * measure, seen);
        integral += weight * measure * seen.residual[i]!;
      }
      part.unbalanced[k]! += Math.abs(integral);
    });
    for (const at of boundaryPoints(cell, region, periodic, cell.degree + 2)) {
      const here = evaluated(
        layout,
        cell,
        at,
        conditions.map((c) => c.form),
      );
      conditions.forEach((condition, k) => {
        at.weights.forEach((weight, i) => {
          if (condition.holdsAt(at, i)) add(all, equations.length + k, i, weight, here.forms[k]!);
        });
      });
    }
  }
  const faces = [...mesh.faces(periodic).values()].flat();
  const lost = faces.map((face) => lostThrough(layout, face));
  equations.forEach((_, k) => {
    const mean = ({ measure, left }: Sums) => (measure > 0 ? left[k]! / measure : 0);
    const leftOut = new Set<Cell>();
    let out = 0;
    for (const [cell, part] of [...cut].sort(([, a], [, b]) => mean(b) - mean(a))) {
      if (out + part.measure <= slivers * all.measure) {
        out += part.measure;
        leftOut.add(cell);
      } else for (const of of ["left", "terms", "unbalanced", "passed"] as const) all[of][k]! += part[of][k]!;
    }
    faces.forEach((face, f) => {
      if (!face.cells.some((cell) => leftOut.has(cell))) all.unbalanced[k]! += lost[f]![k]!;
    });
  });
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  return {
    rows: [...all.left].map((square, k) => Math.sqrt(share(square, all.terms[k]!))),
    imbalance: Math.max(...equations.map((_, k) => share(all.unbalanced[k]!, all.passed[k]!))),
  };
}

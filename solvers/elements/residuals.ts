/** Residuals of the rows of each element, at other points than those of the solve. */
import { unit } from "../expression/build.ts";
import type { Discretisation } from "./discretisation.ts";
import type { Cell, Face, Mesh } from "./mesh.ts";
import { acrossFace, conditionScale, faceWeight, halves, type Weights, weighting, weightsOf } from "./rows.ts";
import { boundary, conditionForms, type FormValues, faceSite, integralSite, interior, type Site } from "./site.ts";

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
  const more = as ? weighting.extra : 2;
  const scaled = as === "solved" ? undefined : as;
  const found = new Map<Cell, Left>();
  for (const cell of mesh.elements()) found.set(cell, leftIn(layout, cell, cell.degree + more, scaled?.get(cell)));
  for (const face of [...mesh.faces(layout.periodic).values()].flat()) addJumps(layout, face, found);
  for (const { middle, total } of found.values())
    for (let k = 0; k < middle.length; k++) middle[k] = total > 0 ? middle[k]! / total : 0;
  return found;
}

/** Residuals inside of an element and on the boundary, at points of so many along an axis. */
function leftIn(layout: Discretisation, cell: Cell, n: number, scaled: Left | undefined): Left {
  const { equations, conditions, region } = layout;
  const weights = scaled ?? weightsOf(layout, cell, n);
  const { scales, open } = weights;
  const left: Left = { total: 0, counted: 0, middle: new Float64Array(region.dimension), scales, open };
  const inside = interior(layout, cell, n);
  for (const [k, { residual }] of inside.forms(equations).entries()) {
    for (let i = 0; i < residual.length; i++) {
      const r = scales.equations[k]! * residual[i]!;
      addSquare(left, inside, i, weighting.interior * inside.at.weights[i]! * r * r);
    }
  }
  left.counted = left.total;
  for (const [p, part] of boundary(layout, cell, n).entries()) {
    for (const [k, seen] of part.forms(conditionForms(layout)).entries()) {
      const scale = weighting.boundary * conditions[k]!.weight * conditionScale(seen, cell, scales) ** 2;
      for (let i = 0; i < seen.residual.length; i++) {
        if (part.holds[k]![i] === 0) continue;
        const square = scale * part.at.weights[i]! * seen.residual[i]! ** 2;
        addSquare(left, part, i, square);
        left.counted += open[p]!(seen.form, i) * square;
      }
    }
  }
  return left;
}

/** Sum of squares of the rows of an element for the zero function, which has no jumps. */
export function leftOfZero(layout: Discretisation, cell: Cell): number {
  const found = () => {
    const { coefficients } = cell;
    cell.coefficients = undefined;
    const { total } = leftIn(layout, cell, cell.degree + 2, undefined);
    cell.coefficients = coefficients;
    return total;
  };
  return layout.sought.length > 0 ? found() : layout.memo.get(cell, `zero ${cell.degree}`, found);
}

function addSquare(left: Left, { places }: Site, i: number, square: number): void {
  const { middle } = left;
  left.total += square;
  for (let k = 0, at = i * middle.length; k < middle.length; k++, at++) middle[k]! += square * places[at]!;
}

/** Residuals on a face: a half for either element. */
function addJumps(layout: Discretisation, face: Face, found: ReadonlyMap<Cell, Left>): void {
  const { problem, region, matched } = layout;
  const n = Math.max(...face.cells.map(({ degree }) => degree)) + 1;
  const across = acrossFace(face);
  const sites = ([0, 1] as const).map((side) => faceSite(layout, face, side, n));
  const left = face.cells.map((cell) => found.get(cell)!);
  const { weights } = sites[0]!.at;
  problem.unknowns.forEach((_, j) => {
    const [p, q] = left.map(({ scales }) => scales.unknowns[j]! ** 2) as [number, number];
    // What is left of both rows where the face's own value is the best.
    const scale = (2 * p * q) / (p + q);
    for (let r = 0; r < matched[j]![face.axis]!; r++) {
      const order = unit(region.dimension, face.axis, r);
      const [a, b] = sites.map(({ basis, cell }) => basis.values(order, cell.coefficients!, j * basis.size));
      for (let i = 0; i < weights.length; i++) {
        const square = (faceWeight(r) * weights[i]! * scale * (across ** r * (a![i]! - b![i]!)) ** 2) / 2;
        for (let side = 0; side < 2; side++) {
          left[side]!.counted += square / 2;
          addSquare(left[side]!, sites[side]!, i, square / 2);
        }
      }
    }
  });
}

/** Of all elements together. */
export const totalLeft = (left: ReadonlyMap<Cell, Left>): number =>
  [...left.values()].reduce((sum, { total }) => sum + total, 0);

/** The same as the solve counts it. */
export const countedLeft = (left: ReadonlyMap<Cell, Left>): number =>
  [...left.values()].reduce((sum, { counted }) => sum + counted, 0);

/** Of each equation, the integral over a face of the size of the flux that is lost there: the jump of the highest derivatives but one along the axis that it is across. */
function lostThrough(layout: Discretisation, face: Face): number[] {
  const { equations, matched } = layout;
  const n = Math.max(...face.cells.map(({ degree }) => degree)) + 1;
  const sides = ([0, 1] as const).map((side) => {
    const site = faceSite(layout, face, side, n);
    return { ...{ cell: site.cell, at: site.at, basis: site.basis }, forms: site.forms(equations) };
  });
  const { weights } = sides[0]!.at;
  const measure = face.low.reduce((p, l, k) => (p * (face.high[k]! - l)) / 2, 1 / 2);
  const whole = weights.reduce((a, b) => a + b, 0);
  return equations.map(({ terms }, k) => {
    const jumps = new Float64Array(weights.length);
    terms.forEach(({ unknown, order }, t) => {
      const highest = matched[unknown]![face.axis]!;
      // An unknown that no equation differentiates across the face has no flux there.
      if (highest === 0 || order.some((o, axis) => o !== (axis === face.axis ? highest : 0))) return;
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
  const add = ({ left, terms, passed }: Sums, k: number, i: number, weight: number, seen: FormValues) => {
    const { form, factors, derivatives } = seen;
    const residual = seen.residual[i]!;
    let [rest, sum] = [residual, 0];
    for (let t = 0; t < factors.length; t++) {
      const { order, unknown } = form.terms[t]!;
      const factor = factors[t]![i]!;
      const part = factor * derivatives[t]![i]!;
      let least = sizes[unknown]!;
      for (let axis = 0; axis < order.length; axis++) least /= extents[axis]! ** order[axis]!;
      rest -= part;
      sum += Math.max(Math.abs(part), Math.abs(factor) * least);
    }
    sum += Math.abs(rest);
    left[k]! += weight * residual ** 2;
    terms[k]! += weight * sum ** 2;
    passed[k]! += weight * sum;
  };
  for (const cell of mesh.elements()) {
    const measure = halves(cell).reduce((p, h) => p * h, 1);
    const inside = integralSite(layout, cell);
    const { weights } = inside.at;
    const part = cell.cut ? sums() : all;
    const own = measure * weights.reduce((a, b) => a + b, 0);
    all.measure += own;
    if (cell.cut) {
      part.measure = own;
      cut.set(cell, part);
    }
    for (const [k, seen] of inside.forms(equations).entries()) {
      let integral = 0;
      for (let i = 0; i < weights.length; i++) {
        add(part, k, i, weights[i]! * measure, seen);
        integral += weights[i]! * measure * seen.residual[i]!;
      }
      part.unbalanced[k]! += Math.abs(integral);
    }
    for (const here of boundary(layout, cell, cell.degree + 2))
      for (const [k, seen] of here.forms(conditionForms(layout)).entries())
        for (const [i, weight] of here.at.weights.entries())
          if (here.holds[k]![i] === 1) add(all, equations.length + k, i, weight, seen);
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

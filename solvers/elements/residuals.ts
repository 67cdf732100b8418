/** Residuals of the rows of each element, at other points than those of the solve. */
import { dotInOrder, sum as sumOf } from "../../engine/numerics/vectors.ts";
import { unit } from "../../equations/expression/index.ts";
import type { Discretisation } from "./discretisation.ts";
import type { Cell, Face, Mesh } from "./mesh.ts";
import { acrossNarrow, argumentsOfSteps, type Narrow, narrowIn } from "./narrow.ts";
import { acrossFace, conditionScale, faceWeight, halves, type Weights, weightsOf } from "./rows.ts";
import {
  boundary,
  conditionForms,
  type FormValues,
  faceSite,
  fluxSite,
  integralSite,
  interior,
  type ObservedSite,
  observedForm,
  observedIn,
} from "./site.ts";
import { weighting } from "./weighting.ts";

/** Residuals in one element. */
export interface CellResidual extends Weights {
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
 * @param as - "solved": what the solve about these coefficients counts, at its points; residuals found so: the same
 *   with their scales of rows. Else at other points
 */
export function residualsOn(
  layout: Discretisation,
  mesh: Mesh,
  as?: "solved" | ReadonlyMap<Cell, CellResidual>,
): Map<Cell, CellResidual> {
  const more = as ? weighting.extra : 2;
  const scaled = as === "solved" ? undefined : as;
  const found = new Map<Cell, CellResidual>();
  for (const cell of mesh.elements()) found.set(cell, residualIn(layout, cell, cell.degree + more, scaled?.get(cell)));
  for (const face of [...mesh.faces(layout.periodic).values()].flat()) addJumps(layout, face, found);
  for (const { middle, total } of found.values())
    for (let k = 0; k < middle.length; k++) middle[k] = total > 0 ? middle[k]! / total : 0;
  return found;
}

/** Residuals inside of an element and on the boundary, at points of so many along an axis. */
function residualIn(layout: Discretisation, cell: Cell, n: number, scaled: CellResidual | undefined): CellResidual {
  const { equations, conditions, region } = layout;
  const { scales, open } = scaled ?? weightsOf(layout, cell, n);
  const middle = new Float64Array(region.dimension);
  let total = 0;
  const inside = interior(layout, cell, n);
  for (const [k, { residual }] of inside.forms(equations).entries()) {
    const squares = squaresOf(residual, weighting.interior * scales.equations[k]! ** 2, inside.at.weights);
    total += sumOf(squares);
    addMoments(squares, inside.places, middle);
  }
  let [counted, at] = [total, 0];
  for (const part of boundary(layout, cell, n)) {
    for (const [k, seen] of part.forms(conditionForms(layout)).entries()) {
      const scale = weighting.boundary * conditions[k]!.weight * conditionScale(seen, cell, scales) ** 2;
      const squares = squaresOf(seen.residual, scale, part.at.weights, part.holds[k]!);
      total += sumOf(squares);
      addMoments(squares, part.places, middle);
      counted += dotInOrder(squares, open.subarray(at, at + squares.length));
      at += squares.length;
    }
  }
  if (layout.observing.weight > 0)
    for (const one of observedIn(layout, cell)) counted += layout.observing.weight ** 2 * misfitOf(layout, one);
  return { total, counted, middle, scales, open };
}

/** Squares of what observations are missed by, in units of all of them. */
function misfitOf(layout: Discretisation, one: ObservedSite): number {
  const { observed, numbers } = one;
  const { residual } = observedForm(layout, one);
  return numbers.reduce((sum, n, i) => sum + (observed.weight * (residual[i]! - observed.values[n]!)) ** 2, 0);
}

/** Residuals of observations in units of their sigma, one list after the other. */
export function missedBy(layout: Discretisation, mesh: Mesh): Float64Array {
  const rows = layout.observations.map(({ values }) => new Float64Array(values.length));
  for (const cell of mesh.elements())
    for (const one of observedIn(layout, cell)) {
      const { residual } = observedForm(layout, one);
      const own = rows[layout.observations.indexOf(one.observed)]!;
      for (const [i, n] of one.numbers.entries())
        own[n] = (residual[i]! - one.observed.values[n]!) / one.observed.sigma;
    }
  return Float64Array.from(rows.flatMap((own) => [...own]));
}

/** factor·w·r² at every point where `holds` is 1. */
function squaresOf(r: Float64Array, factor: number, weights: Float64Array, holds?: Uint8Array): Float64Array {
  const out = new Float64Array(r.length);
  for (let i = 0; i < out.length; i++) out[i] = holds && holds[i] === 0 ? 0 : factor * weights[i]! * r[i]! * r[i]!;
  return out;
}

/** Adds the sum of squares times places along each axis. */
function addMoments(squares: Float64Array, places: Float64Array, out: Float64Array): void {
  const d = places.length / squares.length;
  for (let k = 0; k < d; k++) {
    let sum = 0;
    for (let i = 0; i < squares.length; i++) sum += squares[i]! * places[i * d + k]!;
    out[k]! += sum;
  }
}

/**
 * Root of the sum of squares of all rows for the zero function, which has no jumps: on a fine mesh, since a coarse one
 * may miss a narrow source. That of the function with which a solve begins, where 0 has no value.
 */
export function residualOfZero(layout: Discretisation, mesh: Mesh): number {
  if (layout.atStart !== undefined) return layout.atStart;
  const known = layout.memo.get(layout, "residuals of zero", () => new WeakMap<Cell, number>());
  const all = mesh.elements();
  const cells = layout.sought.length > 0 ? all : all.filter((cell) => !known.has(cell));
  for (const cell of cells) {
    const { coefficients } = cell;
    cell.coefficients = undefined;
    known.set(cell, residualIn(layout, cell, cell.degree + 2, undefined).total);
    cell.coefficients = coefficients;
  }
  return Math.sqrt(all.reduce((sum, cell) => sum + known.get(cell)!, 0));
}

/** Adds the squares of what is left on a face, a half for either element. */
function addJumps(layout: Discretisation, face: Face, found: ReadonlyMap<Cell, CellResidual>): void {
  const { problem, region, matched } = layout;
  const d = region.dimension;
  const n = Math.max(...face.cells.map(({ degree }) => degree)) + 1;
  const across = acrossFace(face);
  const sites = ([0, 1] as const).map((side) => faceSite(layout, face, side, n));
  const left = face.cells.map((cell) => found.get(cell)!);
  const { weights } = sites[0]!.at;
  problem.unknowns.forEach((_, j) => {
    const [p, q] = left.map(({ scales }) => scales.unknowns[j]! ** 2) as [number, number];
    // What is left of both rows where the face's own value is the best.
    const scale = (2 * p * q) / (p + q);
    const top = matched[j]![face.axis]! - 1;
    for (let r = 0; r <= top; r++) {
      const order = unit(d, face.axis, r);
      const flux = r === top ? fluxSite(layout, face, j, n) : undefined;
      const [a, b] = flux
        ? flux.values.map(({ residual }) => residual.map((v, i) => v / flux.scale[i]!))
        : sites.map(({ basis, cell }) => basis.values(order, cell.coefficients!, j * basis.size));
      const jump = a!.map((v, i) => v - b![i]!);
      const squares = squaresOf(jump, (faceWeight(r) * scale * across ** (2 * r)) / 4, weights);
      const sum = sumOf(squares);
      for (const [side, own] of left.entries()) {
        own.total += sum;
        own.counted += sum;
        addMoments(squares, sites[side]!.places, own.middle);
      }
    }
  });
}

/** Of all elements together. */
export const totalSquares = (residuals: ReadonlyMap<Cell, CellResidual>): number =>
  [...residuals.values()].reduce((sum, { total }) => sum + total, 0);

/** The same as the solve counts it. */
export const countedSquares = (residuals: ReadonlyMap<Cell, CellResidual>): number =>
  [...residuals.values()].reduce((sum, { counted }) => sum + counted, 0);

/**
 * Of each equation, the integral over a face of the size of the flux that is lost there: the jump of the highest
 * derivatives but one along the axis that it is across.
 */
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
      const flux = layout.fluxes.some((one) => one.equation === k) ? fluxSite(layout, face, unknown, n) : undefined;
      if (flux) {
        const [a, b] = flux.values.map(({ residual }) => residual);
        jumps.forEach((_, i) => {
          jumps[i]! += a![i]! - b![i]!;
        });
        return;
      }
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

/**
 * Share of the domain, in elements that its boundary cuts, that no equation counts: slivers beside a boundary leave
 * high derivatives free, and no values.
 */
const slivers = 1e-4;

/**
 * Sums over an element or over all, by equation and then condition: squares of what is left, and of the sizes of the
 * terms that are added up; sizes of the integrals over elements of what is left, and integrals of the sizes of terms.
 */
class Sums {
  readonly squares: Float64Array;
  readonly terms: Float64Array;
  readonly unbalanced: Float64Array;
  readonly passed: Float64Array;

  constructor(rows: number) {
    [this.squares, this.terms] = [new Float64Array(rows), new Float64Array(rows)];
    [this.unbalanced, this.passed] = [new Float64Array(rows), new Float64Array(rows)];
  }

  /** Adds an equation or condition of an element. */
  add(other: Sums, k: number): void {
    for (const of of ["squares", "terms", "unbalanced", "passed"] as const) this[of][k]! += other[of][k]!;
  }
}

/** Residuals of rows beside their terms. */
export interface Shares {
  /**
   * Of each equation and then each condition: root mean square over the domain of what is left, over that of the sizes
   * of the terms that are added up.
   */
  readonly rows: readonly number[];
  /**
   * Largest share of an equation that elements leave unbalanced: the sum of the sizes of their integrals of what is
   * left and of the fluxes that are lost between them, over the integral of the sizes of the terms. A thin element
   * counts in it as much as the flux that it loses, where squares of its rows count next to nothing.
   */
  readonly imbalance: number;
  /**
   * The step or peak of a function that leaves most of it unbalanced, where such leave the half of it; with the width
   * of the element.
   */
  readonly narrow: (Narrow & { readonly element: number }) | undefined;
}

/**
 * Shares of each equation and condition that a solution on a mesh leaves. A derivative counts as no smaller than that
 * of a function that varies as much once over the domain.
 *
 * @param sizes - root mean squares of the unknowns
 */
export function sharesOn(layout: Discretisation, mesh: Mesh, sizes: readonly number[]): Shares {
  const { region, equations, conditions, periodic } = layout;
  const forms = [...equations, ...conditions.map((c) => c.form)];
  const extents = region.low.map((l, k) => region.high[k]! - l);
  /** Size of the terms at a point that are added up. */
  const sizeAt = (i: number, { form, factors, derivatives, residual }: FormValues) => {
    let [rest, sum] = [residual[i]!, 0];
    for (let t = 0; t < factors.length; t++) {
      const { order, unknown } = form.terms[t]!;
      const factor = factors[t]![i]!;
      const part = factor * derivatives[t]![i]!;
      let least = sizes[unknown]!;
      for (let axis = 0; axis < order.length; axis++) least /= extents[axis]! ** order[axis]!;
      rest -= part;
      sum += Math.max(Math.abs(part), Math.abs(factor) * least);
    }
    return sum + Math.abs(rest);
  };
  const add = ({ squares, terms, passed }: Sums, k: number, i: number, weight: number, seen: FormValues) => {
    const size = sizeAt(i, seen);
    squares[k]! += weight * seen.residual[i]! ** 2;
    terms[k]! += weight * size ** 2;
    passed[k]! += weight * size;
  };
  const steps = argumentsOfSteps(layout);
  const missed: { readonly narrow: Narrow; readonly cell: Cell; readonly k: number; readonly more: number }[] = [];
  const cells = mesh.elements();
  const found = new Map<Cell, { readonly measure: number; readonly sums: Sums }>();
  for (const cell of cells) {
    const sums = new Sums(forms.length);
    const inside = integralSite(layout, cell);
    const measure = halves(cell).reduce((p, h) => p * h, 1);
    for (const [k, seen] of inside.forms(equations).entries()) {
      let integral = 0;
      for (const [i, weight] of inside.at.weights.entries()) {
        add(sums, k, i, weight * measure, seen);
        integral += weight * measure * seen.residual[i]!;
      }
      sums.unbalanced[k] = Math.abs(integral);
    }
    for (const argument of steps) {
      const narrow = narrowIn(cell, argument);
      if (!narrow) continue;
      const lines = acrossNarrow(layout, cell, narrow);
      const whole = measure * inside.at.weights.reduce((a, b) => a + b, 0);
      for (const [k, seen] of lines.forms(equations).entries()) {
        let [integral, size] = [0, 0];
        for (const [i, weight] of lines.at.weights.entries()) {
          integral += weight * whole * seen.residual[i]!;
          size += weight * whole * sizeAt(i, seen);
        }
        missed.push({ narrow, cell, k, more: Math.abs(integral) - sums.unbalanced[k]! });
        sums.unbalanced[k] = Math.max(sums.unbalanced[k]!, Math.abs(integral));
        sums.passed[k] = Math.max(sums.passed[k]!, size);
      }
    }
    for (const here of boundary(layout, cell, cell.degree + 2))
      for (const [k, seen] of here.forms(conditionForms(layout)).entries())
        for (const [i, weight] of here.at.weights.entries())
          if (here.holds[k]![i] === 1) add(sums, equations.length + k, i, weight, seen);
    found.set(cell, { measure: measure * inside.at.weights.reduce((a, b) => a + b, 0), sums });
  }
  const faces = [...mesh.faces(periodic).values()].flat();
  const lost = faces.map((face) => lostThrough(layout, face));
  const all = new Sums(forms.length);
  const whole = cells.reduce((sum, cell) => sum + found.get(cell)!.measure, 0);
  forms.forEach((_, k) => {
    const mean = (cell: Cell) => {
      const { measure, sums } = found.get(cell)!;
      return measure > 0 ? sums.squares[k]! / measure : 0;
    };
    const leftOut = new Set<Cell>();
    if (k < equations.length) {
      let out = 0;
      for (const cell of cells.filter(({ cut }) => cut).sort((a, b) => mean(b) - mean(a))) {
        const { measure } = found.get(cell)!;
        if (out + measure > slivers * whole) continue;
        out += measure;
        leftOut.add(cell);
      }
      faces.forEach((face, f) => {
        if (!face.cells.some((cell) => leftOut.has(cell))) all.unbalanced[k]! += lost[f]![k]!;
      });
    }
    for (const cell of cells) if (!leftOut.has(cell)) all.add(found.get(cell)!.sums, k);
  });
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  const shares = equations.map((_, k) => share(all.unbalanced[k]!, all.passed[k]!));
  const worst = shares.indexOf(Math.max(...shares));
  const own = missed.filter(({ k, more }) => k === worst && more > 0);
  const [most] = own.toSorted((a, b) => b.more - a.more);
  const isNarrow = most && own.reduce((sum, { more }) => sum + more, 0) > all.unbalanced[worst]! / 2;
  return {
    rows: [...all.squares].map((square, k) => Math.sqrt(share(square, all.terms[k]!))),
    imbalance: shares[worst]!,
    narrow: isNarrow ? { ...most.narrow, element: 2 * Math.max(...halves(most.cell)) } : undefined,
  };
}

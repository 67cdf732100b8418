/**
 * Rows of one element: equations at points inside, conditions on the boundary, and what it has in common with others on
 * faces.
 */

import { cholesky } from "../../engine/numerics/cholesky.ts";
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { rootMeanSquare } from "../../engine/numerics/vectors.ts";
import { unit } from "../../equations/expression/index.ts";
import type { Derivative, LinearForm } from "../../equations/problem/index.ts";
import { Basis, productPoints } from "./basis.ts";
import type { Discretisation } from "./discretisation.ts";
import { rowsHeader } from "./fronts.ts";
import type { Cell, Face } from "./mesh.ts";
import {
  type BoundarySite,
  boundary,
  conditionForms,
  type FormValues,
  faceSite,
  fluxSite,
  integralSite,
  interior,
  observedForm,
  observedIn,
  type Site,
} from "./site.ts";
import { weighting } from "./weighting.ts";

/**
 * Sizes of rows and unknowns of an element, so that all rows are alike: a row of equation i counts `equations[i]`, one
 * of unknown j `unknowns[j]`.
 */
export interface Scales {
  readonly equations: ArrayLike<number>;
  readonly unknowns: ArrayLike<number>;
}

/** Weights of the rows of an element: scales, and of the prescribed values on each part of the boundary. */
export interface Weights {
  readonly scales: Scales;
  /** By part, condition and point. */
  readonly open: Float64Array;
}

/** Weights of the rows of an element about its coefficients, at points of so many along an axis. */
export function weightsOf(layout: Discretisation, cell: Cell, n: number): Weights {
  const make = (): Weights => ({
    scales: scalesOf(layout, cell, interior(layout, cell, n).forms(layout.equations)),
    open: Float64Array.from(boundary(layout, cell, n).flatMap((site) => outflow(layout, site))),
  });
  return layout.linear ? layout.memo.get(cell, `weights ${cell.degree} ${n}`, make) : make();
}

/** Lengths of half a cell's box. */
export const halves = ({ box: { low, high } }: Cell) => low.map((l, k) => (high[k]! - l) / 2);

const sizeOf = (order: readonly number[], half: readonly number[]) => order.reduce((s, o, k) => s / half[k]! ** o, 1);

/**
 * Weights w_i and s_j with w_i·M_ij/s_j near 1, M_ij the size of unknown j in equation i at the scale of the cell:
 * least squares of the logarithms. Unknowns of the highest order keep s = 1.
 */
function scalesOf({ problem, highest, region }: Discretisation, cell: Cell, forms: readonly FormValues[]): Scales {
  const half = halves(cell);
  const extent = Math.max(...region.low.map((l, k) => region.high[k]! - l));
  const [n, m] = [forms.length, problem.unknowns.length];
  const sizes = Array.from({ length: n }, () => new Float64Array(m));
  forms.forEach(({ form, factors }, i) => {
    form.terms.forEach(({ unknown, order }, k) => {
      const largest = factors[k]!.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      sizes[i]![unknown]! += largest * sizeOf(order, half);
    });
  });
  const top = Math.max(...highest);
  const total = n + m;
  const [gram, right] = [new Float64Array(total * total), new Float64Array(total)];
  for (let k = 0; k < n; k++) gram[k * total + k] = 1e-9;
  for (let j = 0; j < m; j++) gram[(n + j) * (total + 1)] = highest[j] === top ? 1 : 1e-6;
  sizes.forEach((row, i) => {
    const most = Math.max(...row);
    row.forEach((size, j) => {
      if (!(size > 1e-12 * most)) return;
      const log = Math.log(size);
      const [p, q] = [i, n + j];
      gram[p * total + p]! += 1;
      gram[q * total + q]! += 1;
      gram[p * total + q]! -= 1;
      gram[q * total + p]! -= 1;
      right[p]! -= log;
      right[q]! += log;
    });
  });
  const logs = cholesky(gram, total)!.solve(right);
  const equations = [...logs.subarray(0, n)].map(Math.exp);
  return {
    equations: equations.map((w, i) => w * Math.sqrt(upwind(forms[i]!, half, extent))),
    unknowns: [...logs.subarray(n)].map(Math.exp),
  };
}

/**
 * Factor of an equation where transport leads at the scale of the cell: squares of its residual are then integrated, as
 * is natural for equations of the first order, so that a layer that is too thin for the cell stays in it.
 */
function upwind({ form, factors }: FormValues, half: readonly number[], extent: number): number {
  let most = 1;
  for (const unknown of new Set(form.terms.map((t) => t.unknown))) {
    let [second, first, speed] = [0, 0, 0];
    form.terms.forEach((term, k) => {
      const order = term.order.reduce((a, b) => a + b, 0);
      if (term.unknown !== unknown || order === 0) return;
      const size = rootMeanSquare(factors[k]!);
      if (order > 1) second += size * sizeOf(term.order, half);
      else {
        first += size * sizeOf(term.order, half);
        speed += size;
      }
    });
    if (second > 0 && first > 0) {
      const share = first / (first + second);
      most = Math.max(most, 1 + share * ((extent * first) / speed - 1));
    }
  }
  return most;
}

/**
 * Weights of prescribed values on the boundary, by condition and point: where transport leaves the domain and diffusion
 * cannot keep up with it at the scale of the cell, as little as diffusion does, since the value is that of a layer
 * which the cell does not resolve.
 */
function outflow(layout: Discretisation, site: BoundarySite): number[] {
  const { problem, equations, highest, memo } = layout;
  const { at: part, cell } = site;
  const d = problem.axes.length;
  const widths = halves(cell);
  const known = new Map<number, Float64Array>();
  const shares = (unknown: number): Float64Array => {
    const old = known.get(unknown);
    if (old) return old;
    const out = new Float64Array(part.weights.length).fill(1);
    known.set(unknown, out);
    const own = memo.get(equations, `of ${unknown}`, () =>
      equations.filter(({ terms }) => terms.some((t) => t.unknown === unknown && orderOf(t) === 2)),
    );
    if (highest[unknown] !== 2 || own.length !== 1) return out;
    const { form, factors } = site.forms(own)[0]!;
    for (let i = 0; i < out.length; i++) {
      let [second, first, half] = [0, 0, 0];
      const normal = (k: number) => part.normals[i * d + k]!;
      for (let k = 0; k < d; k++) half += Math.abs(normal(k)) * widths[k]!;
      form.terms.forEach((term, t) => {
        if (term.unknown !== unknown || orderOf(term) === 0) return;
        const along = term.order.reduce((p, o, k) => p * normal(k) ** o, 1);
        if (orderOf(term) === 2) second += factors[t]![i]! * along;
        else first += factors[t]![i]! * along;
      });
      if (first * second < 0) out[i] = 1 / (1 + Math.abs((2 * half * first) / second) ** 2);
    }
    return out;
  };
  return conditionForms(layout).flatMap(({ terms: [term, more] }) =>
    term && !more && orderOf(term) === 0 ? [...shares(term.unknown)] : new Array<number>(part.weights.length).fill(1),
  );
}

const orderOf = ({ order }: Derivative) => order.reduce((a, b) => a + b, 0);

/** Columns that faces have in common with the element: one block a face. */
export function sizeOfFace({ matched, problem, region }: Discretisation, face: Face): number {
  return problem.unknowns.reduce((sum, _, j) => sum + matched[j]![face.axis]!, 0) * faceSize(face, region.dimension);
}

const faceDegree = ({ cells }: Face) => Math.max(cells[0].degree, cells[1].degree);
const faceSize = (face: Face, d: number) => (faceDegree(face) + 1) ** (d - 1);

/** Half the width across a face at which derivatives are compared. */
export const acrossFace = ({ cells, axis }: Face) =>
  Math.min(...cells.map(({ box }) => (box.high[axis]! - box.low[axis]!) / 2));

/** Weight of a squared row of a matched derivative of order r. */
export const faceWeight = (order: number): number => (order === 0 ? weighting.value : weighting.slope);

/**
 * The rows of an element about its coefficients: columns are its own coefficients, the integrals, the faces' blocks in
 * their order, constants to be found, and the right-hand side.
 *
 * @param as - weights of its rows. @defaultValue those of its coefficients
 * @param n - points along an axis
 * @returns [rows, columns, its own coefficients, matrix], made by `zeros`
 */
export function rowsOf(
  layout: Discretisation,
  cell: Cell,
  faces: readonly Face[],
  as: Weights | undefined,
  zeros: (length: number) => Float64Array,
  n = cell.degree + weighting.extra,
): Float64Array {
  const { problem, region, equations, conditions, integrals, observing, draws } = layout;
  const d = region.dimension;
  const weights = as ?? weightsOf(layout, cell, n);
  const { scales } = weights;
  const inside = interior(layout, cell, n);
  const parts = boundary(layout, cell, n);
  const { size } = inside.basis;
  const own = problem.unknowns.length * size;
  const sizes = faces.map((face) => sizeOfFace(layout, face));
  const columns = own + sizes.reduce((a, b) => a + b, 0) + integrals.length + freeColumns(layout) + 1;
  const seen = observing.weight > 0 ? observedIn(layout, cell) : [];
  const sides = faces.map(({ cells }): readonly (0 | 1)[] =>
    cells[0] === cells[1] ? [0, 1] : [cells[0] === cell ? 0 : 1],
  );
  const rowsOfFaces = faces.map((face, f) => {
    const matched = sizes[f]! / faceSize(face, d);
    return sides[f]!.length * matched * faceSite(layout, face, 0, faceDegree(face) + 1).basis.count;
  });
  const most =
    inside.basis.count * equations.length +
    parts.reduce((sum, { basis }) => sum + basis.count * conditions.length, 0) +
    rowsOfFaces.reduce((a, b) => a + b, 0) +
    integrals.length +
    seen.reduce((sum, { numbers }) => sum + numbers.length, 0);
  const numbers = zeros(rowsHeader + most * columns);
  const matrix = numbers.subarray(rowsHeader);
  const filling = { layout, matrix, columns };
  let row = 0;
  eachRow(layout, cell, weights, n, (site, forms, k, i, weight) =>
    addForm(filling, row++, site, site.forms(forms)[k]!, i, weight),
  );
  let block = own + integrals.length;
  for (const [f, face] of faces.entries()) {
    for (const side of sides[f]!) row = addFace(filling, row, face, side, block, scales);
    block += sizes[f]!;
  }
  for (const one of seen) {
    const { site, observed, numbers: which } = one;
    const form = observedForm(layout, one);
    const weight = observing.weight * observed.weight;
    for (const [i, number] of which.entries()) {
      addForm(filling, row, site, form, i, weight);
      const last = (row + 1) * columns - 1;
      matrix[last]! += weight * observed.values[number]!;
      for (const [j, noise] of draws.entries())
        matrix[last - draws.length + j] = weight * noise[layout.observations.indexOf(observed)]![number]!;
      row++;
    }
  }
  if (integrals.length > 0) {
    const volume = halves(cell).reduce((p, h) => p * 2 * h, 1);
    const whole = region.low.reduce((p, l, k) => p * (region.high[k]! - l), 1);
    const here = integralSite(layout, cell);
    const { weights } = here.at;
    for (const [k, form] of here
      .forms(layout.memo.get(integrals, "forms", () => integrals.map((i) => i.form)))
      .entries()) {
      const last = row * columns + columns - 1;
      for (let i = 0; i < weights.length; i++) {
        const weight = (weighting.integral * weights[i]! * volume) / whole;
        const before = matrix[last]!;
        addForm(filling, row, here, form, i, weight);
        matrix[last]! += before;
      }
      matrix[row * columns + own + k] = -weighting.integral;
      row++;
    }
  }
  numbers.set([row, columns, own]);
  return numbers;
}

/**
 * Visits the rows of equations and then conditions of an element in their order.
 *
 * @param visit - with the number of a form in its list, and of a point
 */
export function eachRow(
  layout: Discretisation,
  cell: Cell,
  { scales, open }: Weights,
  n: number,
  visit: (site: Site, forms: readonly LinearForm[], k: number, i: number, weight: number) => void,
): void {
  const { equations, conditions } = layout;
  const inside = interior(layout, cell, n);
  for (const k of equations.keys()) {
    const { weights } = inside.at;
    for (let i = 0; i < weights.length; i++)
      visit(inside, equations, k, i, Math.sqrt(weighting.interior * weights[i]!) * scales.equations[k]!);
  }
  const forms = conditionForms(layout);
  let at = 0;
  for (const here of boundary(layout, cell, n)) {
    const { weights } = here.at;
    for (const [k, form] of here.forms(forms).entries()) {
      const scale = Math.sqrt(weighting.boundary * conditions[k]!.weight) * conditionScale(form, cell, scales);
      for (let i = 0; i < weights.length; i++, at++)
        if (here.holds[k]![i] !== 0) visit(here, forms, k, i, Math.sqrt(weights[i]! * open[at]!) * scale);
    }
  }
}

/** Columns of constants to be found and of noise that is drawn. */
export const freeColumns = ({ sought, draws }: Discretisation): number => sought.length + draws.length;

interface Filling {
  readonly layout: Discretisation;
  readonly matrix: Float64Array;
  readonly columns: number;
}

/** Adds a linearised form at point i. */
function addForm(
  { layout: { constants, sought, draws }, matrix, columns }: Filling,
  row: number,
  { basis }: Site,
  { form, residual, factors, slopes, derivatives }: FormValues,
  i: number,
  weight: number,
): void {
  const at = row * columns;
  let right = -residual[i]!;
  for (let t = 0; t < factors.length; t++) {
    const factor = factors[t]![i]!;
    if (factor === 0) continue;
    const { unknown, order } = form.terms[t]!;
    basis.add(i, order, weight * factor, matrix, at + unknown * basis.size);
    right += factor * derivatives[t]![i]!;
  }
  for (let c = 0; c < sought.length; c++) {
    const slope = slopes[c]![i]!;
    matrix[at + columns - 1 - draws.length - sought.length + c]! += weight * slope;
    right += slope * constants[sought[c]!]!;
  }
  matrix[at + columns - 1] = weight * right;
}

/** Divisor of a row of a condition. */
export function conditionScale({ form, factors }: FormValues, cell: Cell, { unknowns }: Scales): number {
  const half = halves(cell);
  const size = form.terms.reduce((sum, { unknown, order }, k) => {
    const largest = factors[k]!.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    return sum + (largest * sizeOf(order, half)) / unknowns[unknown]!;
  }, 0);
  return size > 0 ? 1 / size : 1;
}

/** Polynomials along a face, at the points at which its two elements are compared. */
export function tracesOf({ memo }: Discretisation, face: Face): Basis {
  const degree = faceDegree(face);
  const { low, high } = face;
  return memo.get(face, `traces ${degree}`, () => {
    const points = productPoints(low, high, gaussLegendre(degree + 1));
    return new Basis({ box: { low, high }, degree }, points, 0);
  });
}

/**
 * Rows that say that values and derivatives of an element on a face are those that the face has.
 *
 * @param block - first column of the face
 * @returns the row behind them
 */
function addFace(filling: Filling, from: number, face: Face, side: 0 | 1, block: number, scales: Scales): number {
  const { layout, matrix, columns } = filling;
  const { problem, region, matched } = layout;
  const d = region.dimension;
  const n = faceDegree(face) + 1;
  const { basis, at } = faceSite(layout, face, side, n);
  const traces = tracesOf(layout, face);
  const across = acrossFace(face);
  const none = new Array<number>(d - 1).fill(0);
  let [row, to] = [from, block];
  for (let j = 0; j < problem.unknowns.length; j++) {
    const top = matched[j]![face.axis]! - 1;
    for (let r = 0; r <= top; r++, to += traces.size) {
      const order = unit(d, face.axis, r);
      const flux = r === top ? fluxSite(layout, face, j, n) : undefined;
      for (let i = 0; i < basis.count; i++, row++) {
        const weight = Math.sqrt(faceWeight(r) * at.weights[i]!) * scales.unknowns[j]!;
        if (flux)
          addForm(filling, row, flux.sites[side]!, flux.values[side]!, i, (weight * across ** r) / flux.scale[i]!);
        else basis.add(i, order, weight * across ** r, matrix, row * columns + j * basis.size);
        traces.add(i, none, -weight, matrix, row * columns + to);
      }
    }
  }
  return row;
}

/** Rows of one element: equations at points inside, conditions on the boundary, and what it has in common with others on faces. */

import { cholesky } from "../../engine/numerics/cholesky.ts";
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { type AtPoints, type Derivative, type LinearForm, valuesOf } from "../problem/linear-form.ts";
import { Basis, productPoints } from "./basis.ts";
import type { Discretisation } from "./discretisation.ts";
import { legendreAt } from "./legendre.ts";
import type { Cell, Face } from "./mesh.ts";
import { type BoundaryPart, boundaryPoints, facePoints, interiorPoints, type Weighted } from "./points.ts";

/** Weights of rows beside one another. */
export const weighting = { interior: 1, value: 1, slope: 1, boundary: 1, integral: 100, extra: 1 };

/** Forms at points of a cell. */
interface Evaluated {
  readonly at: Weighted;
  readonly basis: Basis;
  readonly forms: readonly {
    readonly form: LinearForm;
    readonly residual: Float64Array;
    readonly factors: readonly Float64Array[];
    readonly slopes: readonly Float64Array[];
    readonly derivatives: readonly Float64Array[];
  }[];
}

/** Forms with their factors at points, linearised about the coefficients of the cell. */
export function evaluated(
  { problem, orders, constants, sought }: Discretisation,
  cell: Cell,
  at: Weighted & { readonly normals?: Float64Array },
  forms: readonly LinearForm[],
  factors = true,
): Evaluated {
  const d = problem.axes.length;
  const basis = new Basis(cell, at.points, orders);
  const column = (of: Float64Array, k: number) => Float64Array.from({ length: basis.count }, (_, i) => of[i * d + k]!);
  const known = new Map<string, Float64Array>();
  const derivative = ({ unknown, order }: Derivative): Float64Array => {
    const key = `${unknown}:${order}`;
    const values =
      known.get(key) ??
      (cell.coefficients
        ? basis.values(order, cell.coefficients, unknown * basis.size)
        : new Float64Array(basis.count));
    known.set(key, values);
    return values;
  };
  const points: AtPoints = {
    count: basis.count,
    coordinates: problem.axes.map((_, k) => column(at.points, k)),
    ...{ constants, sought },
    data: at.normals ? Object.fromEntries(problem.axes.map((_, k) => [`normal${k}`, column(at.normals!, k)])) : {},
    derivative,
  };
  const memo = new Map();
  return { at, basis, forms: forms.map((form) => ({ form, ...valuesOf(form, points, factors, memo) })) };
}

/** Sizes of rows and unknowns of an element, so that all rows are alike: a row of equation i counts `equations[i]`, one of unknown j `unknowns[j]`. */
export interface Scales {
  readonly equations: readonly number[];
  readonly unknowns: readonly number[];
}

/** Weights of the rows of an element: scales, and of the prescribed values on each part of the boundary. */
export interface Weights {
  readonly scales: Scales;
  readonly open: readonly ReturnType<typeof outflow>[];
}

/** Lengths of half a cell's box. */
export const halves = ({ box: { low, high } }: Cell) => low.map((l, k) => (high[k]! - l) / 2);

const sizeOf = (order: readonly number[], half: readonly number[]) => order.reduce((s, o, k) => s / half[k]! ** o, 1);

/**
 * Weights w_i and s_j with w_i·M_ij/s_j near 1, M_ij the size of unknown j in equation i at the scale of the cell: least squares of the
 * logarithms. Unknowns of the highest order keep s = 1.
 */
export function scalesOf({ problem, highest, region }: Discretisation, cell: Cell, { forms }: Evaluated): Scales {
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
 * Factor of an equation where transport leads at the scale of the cell: squares of its residual are then integrated, as is natural for equations of the first
 * order, so that a layer that is too thin for the cell stays in it.
 */
function upwind({ form, factors }: Evaluated["forms"][number], half: readonly number[], extent: number): number {
  let most = 1;
  for (const unknown of new Set(form.terms.map((t) => t.unknown))) {
    let [second, first, speed] = [0, 0, 0];
    form.terms.forEach((term, k) => {
      const order = term.order.reduce((a, b) => a + b, 0);
      if (term.unknown !== unknown || order === 0) return;
      const size = rms(factors[k]!);
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
 * Weight of a prescribed value on the boundary: where transport leaves the domain and diffusion cannot keep up with it at the scale of the cell, as little as diffusion
 * does, since the value is that of a layer which the cell does not resolve.
 */
export function outflow(
  layout: Discretisation,
  cell: Cell,
  part: BoundaryPart,
): (form: LinearForm, i: number) => number {
  const { problem, equations, highest } = layout;
  const d = problem.axes.length;
  const widths = halves(cell);
  const known = new Map<number, Float64Array>();
  const shares = (unknown: number): Float64Array => {
    const old = known.get(unknown);
    if (old) return old;
    const out = new Float64Array(part.weights.length).fill(1);
    known.set(unknown, out);
    const own = equations.filter(({ terms }) => terms.some((t) => t.unknown === unknown && orderOf(t) === 2));
    if (highest[unknown] !== 2 || own.length !== 1) return out;
    const { forms } = evaluated(layout, cell, part, own);
    const { form, factors } = forms[0]!;
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
  return ({ terms }, i) => {
    const [term, more] = terms;
    return term && !more && orderOf(term) === 0 ? shares(term.unknown)[i]! : 1;
  };
}

const orderOf = ({ order }: Derivative) => order.reduce((a, b) => a + b, 0);

const rms = (values: Float64Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

/** A matrix with the right-hand side as its last column. */
export interface Rows {
  readonly matrix: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

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
 * The rows of an element about its coefficients: columns are its own coefficients, the integrals, the faces' blocks in their order, constants to be found, and the right-hand side.
 *
 * @param as - weights of its rows. @defaultValue those of its coefficients
 */
export function rowsOf(layout: Discretisation, cell: Cell, faces: readonly Face[], as?: Weights): Rows {
  const { problem, region, equations, conditions, integrals, periodic, constants, sought } = layout;
  const d = region.dimension;
  const m = problem.unknowns.length;
  const n = cell.degree + 1;
  const inside = evaluated(layout, cell, interiorPoints(cell, region, n + weighting.extra - 1), equations);
  const scales = as?.scales ?? scalesOf(layout, cell, inside);
  const { size } = inside.basis;
  const own = m * size;
  const sizes = faces.map((face) => sizeOfFace(layout, face));
  const columns = own + sizes.reduce((a, b) => a + b, 0) + integrals.length + sought.length + 1;
  const parts = boundaryPoints(cell, region, periodic, n);
  const onBoundary = parts.map((part, p) => ({
    part,
    open: as?.open[p] ?? outflow(layout, cell, part),
    ...evaluated(
      layout,
      cell,
      part,
      conditions.map((c) => c.form),
    ),
  }));
  const ofFaces = faces.map((face) => {
    const points = facePoints(region, face, face.cells[0] === cell ? 0 : 1, faceDegree(face) + 1);
    return { face, points };
  });
  const most =
    inside.basis.count * equations.length +
    onBoundary.reduce((sum, { basis }) => sum + basis.count * conditions.length, 0) +
    // Both sides of a periodic face may be one element.
    ofFaces.reduce(
      (sum, { face, points }) =>
        sum +
        ((face.cells[0] === face.cells[1] ? 2 : 1) * points.weights.length * sizeOfFace(layout, face)) /
          faceSize(face, d),
      0,
    ) +
    integrals.length;
  const matrix = new Float64Array(most * columns);
  let row = 0;
  const addForm = ({ basis, forms }: Evaluated, k: number, i: number, weight: number) => {
    const { form, residual, factors, slopes, derivatives } = forms[k]!;
    const at = row * columns;
    let right = -residual[i]!;
    form.terms.forEach(({ unknown, order }, t) => {
      const factor = factors[t]![i]!;
      if (factor === 0) return;
      basis.add(i, order, weight * factor, matrix, at + unknown * size);
      right += factor * derivatives[t]![i]!;
    });
    slopes.forEach((slope, c) => {
      matrix[at + columns - 1 - sought.length + c]! += weight * slope[i]!;
      right += slope[i]! * constants[sought[c]!]!;
    });
    matrix[at + columns - 1] = weight * right;
  };
  for (let k = 0; k < equations.length; k++) {
    for (let i = 0; i < inside.basis.count; i++, row++)
      addForm(inside, k, i, Math.sqrt(weighting.interior * inside.at.weights[i]!) * scales.equations[k]!);
  }
  for (const here of onBoundary) {
    conditions.forEach((condition, k) => {
      const scale = Math.sqrt(weighting.boundary * condition.weight) * conditionScale(here.forms[k]!, cell, scales);
      for (let i = 0; i < here.basis.count; i++) {
        if (!condition.holdsAt(here.part, i)) continue;
        addForm(here, k, i, Math.sqrt(here.at.weights[i]! * here.open(condition.form, i)) * scale);
        row++;
      }
    });
  }
  let block = own + integrals.length;
  ofFaces.forEach(({ face, points }, f) => {
    for (const side of face.cells[0] === face.cells[1] ? [0, 1] : [face.cells[0] === cell ? 0 : 1]) {
      const seen = side === 0 ? points : facePoints(region, face, 1, faceDegree(face) + 1);
      const where = face.cells[0] === face.cells[1] ? seen : points;
      row = addFace(layout, cell, face, where, { scales, matrix, columns, row, block, size });
    }
    block += sizes[f]!;
  });
  if (integrals.length > 0) {
    const volume = halves(cell).reduce((p, h) => p * 2 * h, 1);
    const whole = region.low.reduce((p, l, k) => p * (region.high[k]! - l), 1);
    const here = evaluated(
      layout,
      cell,
      integralPoints(cell, layout),
      integrals.map((i) => i.form),
    );
    integrals.forEach((_, k) => {
      for (let i = 0; i < here.basis.count; i++) {
        const weight = (weighting.integral * here.at.weights[i]! * volume) / whole;
        const before = matrix[row * columns + columns - 1]!;
        addForm(here, k, i, weight);
        matrix[row * columns + columns - 1]! += before;
      }
      matrix[row * columns + own + k] = -weighting.integral;
      row++;
    });
  }
  return { matrix, rows: row, columns };
}

/** Points of an integral over an element: weights sum to the share of its box that lies inside. */
export function integralPoints(cell: Cell, { region }: Discretisation): Weighted {
  const { low, high } = cell.box;
  const n = cell.degree + 1;
  if (!cell.cut || !region.shape) return productPoints(low, high, gaussLegendre(n));
  const side = 6 * n;
  const rule = {
    nodes: Float64Array.from({ length: side }, (_, k) => (k + 0.5) / side),
    weights: new Float64Array(side).fill(1 / side),
  };
  const { points, weights } = productPoints(low, high, rule);
  for (let i = 0; i < weights.length; i++) if (!region.shape.inside(points[2 * i]!, points[2 * i + 1]!)) weights[i] = 0;
  return { points, weights };
}

/** Divisor of a row of a condition. */
export function conditionScale(
  { form, factors }: Evaluated["forms"][number],
  cell: Cell,
  { unknowns }: Scales,
): number {
  const half = halves(cell);
  const size = form.terms.reduce((sum, { unknown, order }, k) => {
    const largest = factors[k]!.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    return sum + (largest * sizeOf(order, half)) / unknowns[unknown]!;
  }, 0);
  return size > 0 ? 1 / size : 1;
}

interface Filling {
  readonly scales: Scales;
  readonly matrix: Float64Array;
  readonly columns: number;
  readonly row: number;
  /** First column of the face. */
  readonly block: number;
  /** Polynomials of an unknown. */
  readonly size: number;
}

/** Rows that say that values and derivatives of an element on a face are those that the face has. @returns the row behind them */
function addFace(
  layout: Discretisation,
  cell: Cell,
  face: Face,
  { points, weights }: Weighted,
  filling: Filling,
): number {
  const { problem, region, matched, orders } = layout;
  const { scales, matrix, columns, block, size } = filling;
  const d = region.dimension;
  const basis = new Basis(cell, points, orders);
  const [degree, along] = [faceDegree(face), faceSize(face, d)];
  const across = acrossFace(face);
  const width = degree + 1;
  const traces = Array.from({ length: basis.count }, (_, i) => {
    const others = Array.from({ length: d }, (_k, k) => k).filter((k) => k !== face.axis);
    const tables = others.map((k, j) => {
      const table = new Float64Array(width);
      legendreAt((2 * (points[i * d + k]! - face.low[j]!)) / (face.high[j]! - face.low[j]!) - 1, degree, 0, table, 0);
      return table;
    });
    const out = new Float64Array(along).fill(1);
    for (let a = 0; a < along; a++)
      for (let j = tables.length - 1, rest = a; j >= 0; j--) {
        out[a]! *= tables[j]![rest % width]!;
        rest = Math.floor(rest / width);
      }
    return out;
  });
  let { row } = filling;
  let to = block;
  problem.unknowns.forEach((_, j) => {
    for (let r = 0; r < matched[j]![face.axis]!; r++, to += along) {
      const order = Array.from({ length: d }, (_k, k) => (k === face.axis ? r : 0));
      for (let i = 0; i < basis.count; i++, row++) {
        const weight = Math.sqrt(faceWeight(r) * weights[i]!) * scales.unknowns[j]!;
        basis.add(i, order, weight * across ** r, matrix, row * columns + j * size);
        for (let a = 0; a < along; a++) matrix[row * columns + to + a] = -weight * traces[i]![a]!;
      }
    }
  });
  return row;
}

/** The rows of a stage on one mesh: vectors of all coefficients, and the simplified Newton's method for a stage. */
import { differentiate, type Expression, nodesOf, zero } from "../../equations/expression/index.ts";
import type { LinearForm } from "../../equations/problem/index.ts";
import { type Discretisation, discretised, type GivenFunctions } from "../elements/discretisation.ts";
import { solvedOn, type Values } from "../elements/elimination.ts";
import { FrontSolver } from "../elements/front-solver.ts";
import { rowsHeader, scratchZeros } from "../elements/fronts.ts";
import type { Cell, Face, Mesh } from "../elements/mesh.ts";
import { eachRow, halves, rowsOf, sizeOfFace, type Weights, weightsOf } from "../elements/rows.ts";
import { boundary, conditionForms, interior } from "../elements/site.ts";
import { weighting } from "../elements/weighting.ts";
import { rateOfStage, type StageProblem, timeOfStage } from "./stage-problem.ts";

/** A factorisation, and what is known of it. */
interface Factored {
  readonly weights: ReadonlyMap<Cell, Weights>;
  readonly solver: FrontSolver;
  /** Rows of elements that stay the same. */
  readonly rows: ReadonlyMap<Cell, KeptRows>;
  /** Ratio of the length of a step of Newton's method to the one before. */
  contraction: number;
}

/** Rows of an element where its equations are linear and their factors steady: A·x + B·known = right. */
interface KeptRows {
  readonly count: number;
  readonly columns: number;
  /** As {@link rowsOf} makes them: [count, columns] behind their header, the right-hand side last. */
  readonly numbers: Float64Array;
  /** [count, known functions, polynomials] */
  readonly known: Float64Array;
}

/** A stage to be solved. */
export interface Stage {
  readonly time: number;
  readonly rate: number;
  /** Known functions by order in time: vectors. */
  readonly known: readonly Float64Array[];
  /** First guess, which is overwritten by the solution. */
  readonly guess: Float64Array;
}

/** Squares that rows leave. */
export interface RowsLeft {
  /** Of each element. */
  readonly squares: Float64Array;
  /** Squares of the rows of the zero function, and the share of them that is left. */
  readonly ofZero: number;
  readonly share: number;
}

/** Error that Newton's method may leave, beside the size of the solution; sizes of unknowns so far. */
export interface StageTolerance {
  readonly most: number;
  readonly sizes: Float64Array;
}

/** Steps of Newton's method with one factorisation, and ratio of their lengths from which a new one is worth it. */
const [mostSteps, slow] = [6, 0.4];
/** New factorisations in a stage at most. */
const mostFactors = 4;
/** Factorisations that are kept. */
const keptFactors = 2;
/** Share of a solve's length that rounding may leave, to begin with. */
const firstContraction = 0.5;

/** A stage problem laid out for elements. */
export interface StageLayout extends Discretisation {
  /** True where the equations are linear and no factor of an unknown depends on time; and where no term at all does. */
  readonly isSteady: boolean;
  readonly isUnmoved: boolean;
  /** Power of the rate in each equation. */
  readonly inTime: readonly number[];
}

/** Layout of a stage problem: its forms change with time, and so do the weights of its rows. */
export function stageLayout({ problem, leaves, powers }: StageProblem, blas: boolean): StageLayout {
  const layout = discretised(problem, { blas });
  const forms = [layout.equations, layout.conditions.map(({ form }) => form)].flat();
  const hasTime = (e: Expression) =>
    [...nodesOf(e)].some((node) => node.kind === "constant" && node.name === timeOfStage);
  const known = new Map<readonly LinearForm[], readonly LinearForm[]>();
  const held = (list: readonly LinearForm[]) => {
    const made = known.get(list) ?? list.map((form) => heldForm(form, leaves, problem.axes.length));
    known.set(list, made);
    return made;
  };
  return {
    ...{ ...layout, linear: false, given: { leaves, held, on: new Map() } },
    isSteady: forms.every(({ linear, terms }) => linear && !terms.some(({ factor }) => hasTime(factor))),
    inTime: powers,
    isUnmoved: !forms.some(({ residual }) => hasTime(residual)),
  };
}

/** A form with the known functions in the place of the unknowns. */
function heldForm({ residual, linear }: LinearForm, leaves: GivenFunctions["leaves"], dimension: number): LinearForm {
  const names = new Set(
    [...nodesOf(residual)].flatMap((e) => (e.kind === "data" && leaves.has(e.name) ? [e.name] : [])),
  );
  const terms = [...names].map((name) => {
    const { field, order } = leaves.get(name)!;
    return { unknown: field, order, name, factor: differentiate(residual, { data: name }, dimension) };
  });
  return { residual: zero, linear, slopes: [], terms };
}

/** The system of one mesh. */
export class StageSystem {
  readonly mesh: Mesh;
  readonly cells: readonly Cell[];
  /** Length of vectors: coefficients of all elements, then values of all faces; and of the coefficients alone. */
  readonly length: number;
  readonly #coefficients: number;
  /** Factorisations so far. */
  factorisations = 0;
  readonly #layout: StageLayout;
  readonly #usualRate: number;
  readonly #isSteady: boolean;
  readonly #isUnmoved: boolean;
  readonly #places = new Map<Cell | Face, readonly [from: number, size: number]>();
  readonly #zeros = new Map<Cell, Float64Array>();
  readonly #starts: readonly number[];
  readonly #faces: readonly { readonly face: Face; readonly from: number; readonly size: number }[];
  readonly #volumes: readonly number[];
  readonly #factors = new Map<number, Factored>();

  constructor(layout: StageLayout, mesh: Mesh, usualRate: number) {
    this.#usualRate = usualRate;
    [this.#layout, this.mesh, this.#isSteady, this.#isUnmoved] = [layout, mesh, layout.isSteady, layout.isUnmoved];
    this.cells = mesh.elements();
    let at = 0;
    this.#starts = this.cells.map((cell) => {
      at += this.#sizeOf(cell);
      return at - this.#sizeOf(cell);
    });
    this.#coefficients = at;
    this.#faces = [...mesh.faces(layout.periodic).values()].flat().map((face) => {
      const size = sizeOfFace(layout, face);
      at += size;
      return { face, from: at - size, size };
    });
    this.length = at;
    for (const [c, cell] of this.cells.entries()) this.#places.set(cell, [this.#starts[c]!, this.#sizeOf(cell)]);
    for (const { face, from, size } of this.#faces) this.#places.set(face, [from, size]);
    this.#volumes = this.cells.map((cell) => halves(cell).reduce((p, h) => p * 2 * h, 1));
  }

  #sizeOf({ degree }: Cell): number {
    return this.#layout.problem.unknowns.length * (degree + 1) ** this.#layout.region.dimension;
  }

  /** The part of a vector that belongs to element c. */
  ofCell(vector: Float64Array, c: number): Float64Array {
    return vector.subarray(this.#starts[c]!, this.#starts[c]! + this.#sizeOf(this.cells[c]!));
  }

  /** Calls with each unknown and the part of vectors that an element has of it. */
  eachUnknown(visit: (unknown: number, from: number, to: number) => void): void {
    const { unknowns } = this.#layout.problem;
    for (const [c, from] of this.#starts.entries()) {
      const size = this.#sizeOf(this.cells[c]!) / unknowns.length;
      for (const k of unknowns.keys()) visit(k, from + k * size, from + (k + 1) * size);
    }
  }

  /** Coefficients of all elements. */
  field(vector: Float64Array): Float64Array {
    return vector.subarray(0, this.#coefficients);
  }

  /** Gives each cell its coefficients. */
  put(vector: Float64Array): void {
    for (const [c, cell] of this.cells.entries()) cell.coefficients = this.ofCell(vector, c);
  }

  /** Values as a vector. */
  vector({ coefficients, faces }: Pick<Values, "coefficients" | "faces">): Float64Array {
    const out = new Float64Array(this.length);
    for (const [c, cell] of this.cells.entries()) out.set(coefficients.get(cell)!, this.#starts[c]!);
    for (const { face, from } of this.#faces) out.set(faces.get(face)!, from);
    return out;
  }

  /** L² of each unknown; on elements that the boundary cuts by the points inside, since polynomials are loose outside. */
  sizes(vector: Float64Array): Float64Array {
    const count = this.#layout.problem.unknowns.length;
    const sums = new Float64Array(count);
    const none = this.#layout.region.low.map(() => 0);
    for (const [c, cell] of this.cells.entries()) {
      const own = this.ofCell(vector, c);
      const size = own.length / count;
      for (let k = 0; k < count; k++) {
        const values = cell.cut
          ? interior(this.#layout, cell, cell.degree + weighting.extra).basis.values(none, own, k * size)
          : own.subarray(k * size, (k + 1) * size);
        let sum = 0;
        for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
        sums[k]! += (this.#volumes[c]! * sum) / (cell.cut ? values.length : 1);
      }
    }
    return sums.map(Math.sqrt);
  }

  /** Makes a vector the functions on the elements, and known ones those beside it. */
  putStage({ time, rate, known }: Pick<Stage, "time" | "rate" | "known">, vector: Float64Array): void {
    const { constants, given } = this.#layout;
    constants[timeOfStage!] = time;
    constants[rateOfStage!] = rate;
    for (const [c, cell] of this.cells.entries()) {
      cell.coefficients = this.ofCell(vector, c);
      const own = new Float64Array(known.length * cell.coefficients.length);
      for (const [m, one] of known.entries()) own.set(this.ofCell(one, c), m * cell.coefficients.length);
      given!.on.set(cell, own);
    }
  }

  /** Share of the terms of conditions without derivatives in time that a state misses, the largest. */
  missedOnBoundary(state: readonly Float64Array[], time: number): number {
    const layout = this.#layout;
    this.putStage({ time, rate: 0, known: state }, state[0]!);
    const forms = conditionForms(layout);
    const [left, sizes] = [new Float64Array(forms.length), new Float64Array(forms.length)];
    for (const cell of this.cells) {
      for (const part of boundary(layout, cell, cell.degree + weighting.extra)) {
        for (const [k, { form, residual, factors, derivatives }] of part.forms(forms).entries()) {
          if ([...nodesOf(form.residual)].some((e) => e.kind === "constant" && e.name === rateOfStage)) continue;
          for (const [i, weight] of part.at.weights.entries()) {
            if (part.holds[k]![i] === 0) continue;
            const terms = factors.map((factor, t) => factor[i]! * derivatives[t]![i]!);
            const rest = terms.reduce((sum, term) => sum - term, residual[i]!);
            left[k]! += weight * residual[i]! ** 2;
            sizes[k]! += weight * terms.reduce((sum, term) => sum + Math.abs(term), Math.abs(rest)) ** 2;
          }
        }
      }
    }
    const largest = Math.max(...sizes, 0);
    return Math.sqrt(left.reduce((most, v) => Math.max(most, v), 0) / (largest || 1));
  }

  /**
   * Solves a stage.
   *
   * @returns false where Newton's method did not come to rest
   */
  solve(stage: Stage, { most, sizes }: StageTolerance): boolean {
    const { guess, rate } = stage;
    let factored = this.#factors.get(rate);
    for (let renewed = 0; ; renewed++) {
      let before: number | undefined;
      if (!factored) {
        if (renewed > mostFactors) return false;
        const found = this.#factorise(stage);
        factored = found.factored;
        before = this.#moved(guess, found.to, sizes);
        guess.set(found.to);
        if (!Number.isFinite(before)) return false;
        if (this.#isSteady) return true;
        if (before <= most) return true;
      }
      for (let step = 0; step < mostSteps; step++) {
        const { out: by } = this.#left(stage, factored);
        factored.solver.solve(by);
        const to = guess.map((v, i) => v + by[i]!);
        const length = this.#moved(guess, to, sizes);
        if (!Number.isFinite(length)) return false;
        guess.set(to);
        if (before !== undefined && before > 0) factored.contraction = length / before;
        const { contraction } = factored;
        // What is known of steps before counts where rows stay the same.
        const isKnown = this.#isSteady || before !== undefined;
        if (length <= most && !isKnown) return true;
        if (isKnown && contraction < 1 && (contraction / (1 - contraction)) * length <= most) return true;
        if (before !== undefined && contraction > slow) break;
        before = length;
      }
      factored = undefined;
    }
  }

  /** Rows of a solved stage: squares that are left on each element, and the share of those of the zero function. */
  residuals(stage: Stage): RowsLeft {
    const squares = new Float64Array(this.cells.length);
    const { ofZero } = this.#left(stage, this.#factors.get(stage.rate)!, squares);
    return { squares, ofZero, share: Math.sqrt(squares.reduce((a, b) => a + b, 0) / (ofZero || 1)) };
  }

  /** Factorises the rows of a stage about its guess. @returns its solution by them */
  #factorise(stage: Stage): { readonly factored: Factored; readonly to: Float64Array } {
    const layout = this.#layout;
    this.putStage(stage, stage.guess);
    const weights = new Map<Cell, Weights>();
    const kept = new Map<Cell, KeptRows>();
    if (!this.#isSteady) for (const cell of this.cells) weights.set(cell, this.#weights(cell, stage.rate));
    const indices = new Map(this.cells.map((cell, c) => [cell, c]));
    const found = solvedOn(layout, this.mesh, undefined, weights, (cell, faces, zeros) => {
      if (!this.#isSteady) return rowsOf(layout, cell, faces, weights.get(cell)!, zeros);
      this.#putZero(cell);
      const own = this.#weights(cell, stage.rate);
      weights.set(cell, own);
      const { numbers, count, columns, known } = this.#keptRows(cell, faces, own);
      kept.set(cell, { numbers, count, columns, known });
      const out = zeros(numbers.length);
      out.set(numbers);
      const before = stage.known.map((one) => this.ofCell(one, indices.get(cell)!));
      for (let i = 0, from = 0, at = rowsHeader + columns - 1; i < count; i++, at += columns)
        for (const one of before) for (let k = 0; k < one.length; k++, from++) out[at]! -= known[from]! * one[k]!;
      return out;
    })!;
    const solver = new FrontSolver(
      found.factor.root,
      (cell) => this.#places.get(cell)!,
      (face) => this.#places.get(face)!,
    );
    const factored: Factored = { solver, weights, rows: kept, contraction: firstContraction };
    this.#factors.delete(stage.rate);
    this.#factors.set(stage.rate, factored);
    for (const old of [...this.#factors.keys()].slice(0, -keptFactors)) this.#factors.delete(old);
    this.factorisations++;
    return { factored, to: this.vector(found) };
  }

  /**
   * Weights of the rows of an element, in which errors of one step are measured as those of every other, so that they do
   * not grow where steps change: those of a step of the usual length.
   */
  #weights(cell: Cell, rate: number): Weights {
    const { constants, inTime, memo } = this.#layout;
    const depths = depthsIn(this.#layout, cell);
    const usual = () => {
      constants[rateOfStage!] = this.#usualRate;
      const found = weightsOf(this.#layout, cell, cell.degree + weighting.extra);
      constants[rateOfStage!] = rate;
      return found;
    };
    const { scales, open } = this.#isSteady ? memo.get(cell, `weights by ${this.#usualRate}`, usual) : usual();
    const equations = inTime.map((order, k) => scales.equations[k]! * (this.#usualRate / rate) ** order);
    return { scales: { ...scales, equations }, open: openBy(this.#layout, cell, depths, open) };
  }

  #keptRows(cell: Cell, faces: readonly Face[], weights: Weights): KeptRows {
    const layout = this.#layout;
    const numbers = rowsOf(layout, cell, faces, weights, (length) => new Float64Array(length));
    const [count, columns] = [numbers[0]!, numbers[1]!];
    const { held } = layout.given!;
    const width = layout.given!.on.get(cell)!.length;
    const known = new Float64Array(count * width);
    let row = 0;
    eachRow(layout, cell, weights, cell.degree + weighting.extra, (site, forms, k, i, weight) => {
      const { basis } = site;
      const { form, factors } = site.forms(held(forms))[k]!;
      for (const [t, { unknown, order }] of form.terms.entries())
        basis.add(i, order, weight * factors[t]![i]!, known, row * width + unknown * basis.size);
      row++;
    });
    return { count, columns, numbers, known };
  }

  /**
   * Aᵀ·r of all rows, r what a stage's guess leaves of them; with the sum of squares of their right-hand sides.
   *
   * @param squares - of r on each element, which are written
   */
  #left(stage: Stage, { solver, weights, rows }: Factored, squares?: Float64Array) {
    const { guess, known } = stage;
    let ofZero = 0;
    const out = new Float64Array(this.length);
    if (rows.size === 0) this.putStage(stage, guess.slice());
    for (const [c, cell] of this.cells.entries()) {
      const { faces, places } = solver.elements.get(cell)!;
      const kept = rows.get(cell);
      const numbers = kept?.numbers ?? rowsOf(this.#layout, cell, faces, weights.get(cell)!, scratchZeros);
      const [count, columns] = [numbers[0]!, numbers[1]!];
      const matrix = numbers.subarray(rowsHeader);
      const right = kept && !this.#isUnmoved ? this.#rightAt(stage.time, cell, weights.get(cell)!) : undefined;
      const before = kept ? known.map((one) => this.ofCell(one, c)) : [];
      const width = columns - 1;
      const [x, sums] = [new Float64Array(width), new Float64Array(width)];
      for (let k = 0; k < width; k++) x[k] = guess[places[k]!]!;
      for (let i = 0, at = 0, from = 0; i < count; i++, at += columns) {
        let rest = right && i < right.length ? right[i]! : right ? 0 : matrix[at + width]!;
        for (const one of before) for (let k = 0; k < one.length; k++, from++) rest -= kept!.known[from]! * one[k]!;
        ofZero += rest * rest;
        for (let k = 0; k < width; k++) rest -= matrix[at + k]! * x[k]!;
        if (squares) squares[c]! += rest * rest;
        for (let k = 0; k < width; k++) sums[k]! += rest * matrix[at + k]!;
      }
      for (let k = 0; k < width; k++) out[places[k]!]! += sums[k]!;
    }
    return { out, ofZero };
  }

  #putZero(cell: Cell): void {
    const { on } = this.#layout.given!;
    const zero = this.#zeros.get(cell) ?? new Float64Array(on.get(cell)!.length);
    this.#zeros.set(cell, zero);
    cell.coefficients = undefined;
    on.set(cell, zero);
  }

  /** Right-hand sides of the rows of equations and conditions of an element at a time. */
  #rightAt(time: number, cell: Cell, weights: Weights): number[] {
    const layout = this.#layout;
    layout.constants[timeOfStage!] = time;
    this.#putZero(cell);
    const out: number[] = [];
    eachRow(layout, cell, weights, cell.degree + weighting.extra, (site, forms, k, i, weight) =>
      out.push(-weight * site.forms(forms)[k]!.residual[i]!),
    );
    return out;
  }

  /** Distance of two vectors: of each unknown beside its size, the largest. */
  #moved(from: Float64Array, to: Float64Array, sizes: Float64Array): number {
    return this.beside(this.sizes(from.map((v, i) => to[i]! - v)), sizes);
  }

  readonly beside = beside;
}

/** Size that each unknown counts at least, beside the largest. */
export const leastSize = 1e-3;

/** Sizes of differences beside those of the unknowns. */
export function beside(differences: Float64Array, sizes: Float64Array): number {
  const largest = Math.max(...sizes);
  if (largest === 0) return Math.max(...differences);
  return Math.max(...differences.map((v, k) => v / Math.max(sizes[k]!, leastSize * largest)));
}

/**
 * Depth to which conditions reach into an element within a step, for each unknown, beside what its polynomials resolve;
 * 1 where it is more.
 */
function depthsIn(layout: Discretisation, cell: Cell): number[] {
  const half = halves(cell);
  const [values, slopes] = [new Float64Array(layout.highest.length), new Float64Array(layout.highest.length)];
  for (const { form, factors } of interior(layout, cell, cell.degree + weighting.extra).forms(layout.equations)) {
    form.terms.forEach(({ unknown, order }, t) => {
      const largest = factors[t]!.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const into = sumOf(order) === 0 ? values : slopes;
      into[unknown]! += order.reduce((size, o, k) => size / half[k]! ** o, largest);
    });
  }
  return layout.highest.map((order, k) =>
    values[k]! > 0 && order > 0 ? Math.min(1, cell.degree * (slopes[k]! / values[k]!) ** (1 / order)) : 1,
  );
}

/**
 * Weights of conditions: where they reach less far than polynomials resolve, one that the start does not meet counts as
 * little as the layer that it would make.
 */
function openBy(layout: Discretisation, cell: Cell, depths: readonly number[], open: Float64Array): Float64Array {
  let at = 0;
  const out = open.slice();
  for (const part of boundary(layout, cell, cell.degree + weighting.extra)) {
    for (const { terms } of conditionForms(layout)) {
      const most = Math.max(0, ...terms.map(({ order }) => sumOf(order)));
      const own = terms.filter(({ order }) => sumOf(order) === most);
      const factor = Math.max(0, ...own.map(({ unknown }) => depths[unknown]!)) ** (1 + 2 * most);
      for (let i = 0; i < part.basis.count; i++, at++) out[at]! *= factor;
    }
  }
  return out;
}

const sumOf = (order: readonly number[]) => order.reduce((a, b) => a + b, 0);

/** Evidence of a solved mesh: the error that it shows, and whether a finer one is worth while. */
import type { Pieces } from "../../equations/problem/index.ts";
import { roundingOf, sizesOf, type Weakest, weakest } from "./conditioning.ts";
import type { Discretisation } from "./discretisation.ts";
import { type Neighbour, neighbourOf } from "./eigenvalues.ts";
import { elementPieces } from "./element-pieces.ts";
import { correction, rowSquares } from "./elimination.ts";
import type { Cell, Mesh } from "./mesh.ts";
import type { Solved } from "./newton.ts";
import { areSettled, biasOf, effectOfNoise, type NoiseEffect, type OtherFit } from "./observations.ts";
import { raised } from "./refinement.ts";
import { missedBy, residualOfZero, type Shares, sharesOn } from "./residuals.ts";
import { halves } from "./rows.ts";
import { integralSite } from "./site.ts";

/** One mesh of a solve. */
export interface Course {
  readonly elements: number;
  /** Root of the sum of squares of all rows. */
  readonly residual: number;
  /** Change of each unknown since the mesh before, L². */
  readonly changed: readonly number[];
  /** L² of each unknown. */
  readonly size: readonly number[];
  /**
   * Change of each unknown over its L², both without the ten-thousandth of the domain that changed most: of what is
   * unbounded in a corner, as far as it has an L².
   */
  readonly elsewhere: readonly number[];
  /** Share of what was left, of the elements that were cut for this mesh. */
  readonly cut: number;
  /** Of Newton's method. */
  readonly steps: number;
}

/** A solution by elements. */
export interface ElementSolve {
  readonly pieces: Pieces;
  /** The solution on the mesh before, as functions on the last one. */
  readonly previous: Pieces;
  /** Of each equation and then each condition: size of what is left beside that of its terms, from 0 to 1. */
  readonly rows: readonly number[];
  /** Largest share of an equation that elements leave unbalanced, and a step or peak that is the cause. */
  readonly imbalance: number;
  readonly narrow: Shares["narrow"];
  readonly course: readonly Course[];
  /** Relative error L² that rounding of rows may make, along the functions that they determine least. */
  readonly rounded: number;
  /**
   * True where rows hardly determine some functions, and the mesh does not resolve these: what it shows of them is
   * arbitrary.
   */
  readonly isOpen: boolean;
  /** Relative L² of a step with rows at more points, where rows determine some functions little. */
  readonly corrected: number;
  /**
   * Relative error L², estimated: of all unknowns together, at least the imbalance where that is above a thousandth,
   * and of each.
   */
  readonly error: number;
  /** Constants that were to be found, with their relative errors, estimated. */
  readonly constants: Readonly<Record<string, { readonly value: number; readonly error: number }>>;
  /** Of a problem of eigenvalues, the one beside that which was found. */
  readonly neighbour: Neighbour | undefined;
  /**
   * Residuals of observations in units of sigma, and the effect of their noise; none where there are none, or it is not
   * at rest.
   */
  readonly missed: Float64Array;
  readonly noise: NoiseEffect | undefined;
  /** Constants to which other starts led. */
  readonly others: readonly OtherFit[];
  /** True where errors are what a higher degree changes, and not the last mesh. */
  readonly isByDegree: boolean;
  /** Of what the last mesh changed, the share that is estimated. */
  readonly share: number;
  readonly errors: readonly number[];
  /** The same of each without the ten-thousandth of the domain that the last mesh changed most. */
  readonly elsewhere: readonly number[];
  /** Root of the sum of squares of all rows, and that of the zero function, on the last mesh. */
  readonly residual: number;
  readonly zeroResidual: number;
  /** True where Newton's method came to rest. */
  readonly converged: boolean;
  /** True where a continuation in the leading coefficient was needed and did not come to its end. */
  readonly isUnled: boolean;
}

/** A solved mesh, and what came before it. */
export interface SolvedMesh {
  readonly layout: Discretisation;
  readonly mesh: Mesh;
  readonly solved: Solved;
  /** All meshes up to this one. */
  readonly course: readonly Course[];
  /** Coefficients and constants with which the solve on this mesh began. */
  readonly before: {
    readonly coefficients: ReadonlyMap<Cell, Float64Array>;
    readonly constants: Readonly<Record<string, number>>;
  };
  /** False where a share of what is nonlinear does not count yet. */
  readonly isWhole: boolean;
  readonly tolerance: number;
  /** Amplification of a coarser mesh. */
  readonly coarser: number | undefined;
  /** True where there is time for so many times the work of this mesh. */
  readonly affords: (times: number) => boolean;
  readonly hasTime: () => boolean;
  /** Standard deviation of the noise of observations by what is missed of them. */
  readonly noise: (missed: Float64Array) => number;
}

/** Relative errors of the unknowns, and of all together. */
interface Errors {
  readonly errors: readonly number[];
  readonly change: number;
}

/** The evidence of one mesh; what is costly is found when it is asked for. */
export class MeshEvidence {
  readonly #of: SolvedMesh;
  readonly #now: Course;
  /** L² of all unknowns. */
  readonly #size: number;
  readonly #isObserved: boolean;
  readonly #isAtRest: boolean;
  /** True without observations, by whose noise functions are evaluated that rows determine little. */
  readonly isExact: boolean;
  /** Share of what the last mesh changed that is estimated, and the errors by it. */
  readonly #share: number;
  readonly #byMesh: Errors;
  readonly #missed: Float64Array;
  /**
   * Rows of equations that the mesh leaves, beside residuals of observations: more than 1 where it moves the solution
   * more than their noise does.
   */
  readonly bias: number;
  readonly #noise: NoiseEffect | undefined;
  readonly #rounding: number;
  /** True where rows leave no more than rounding. */
  readonly #isLeast: boolean;
  #weakest: Weakest | undefined;
  #shares: Shares | undefined;
  #byDegree: Errors | undefined;
  #small: boolean | undefined;

  constructor(of: SolvedMesh) {
    const { layout, mesh, solved, course, isWhole } = of;
    const now = course.at(-1)!;
    [this.#of, this.#now, this.#size] = [of, now, total(now.size)];
    this.#isObserved = layout.observations.length > 0;
    this.#isAtRest = solved.converged && isWhole;
    this.isExact = this.#isAtRest && !this.#isObserved;
    const share = shareOf(layout, course);
    this.#share = share;
    this.#byMesh = {
      errors: now.changed.map((moved, k) => (share * moved) / now.size[k]!),
      change: (share * total(now.changed)) / this.#size,
    };
    this.#missed = this.#isObserved ? missedBy(layout, mesh) : new Float64Array(0);
    this.bias = this.#isObserved ? biasOf(layout, this.#missed, now.residual) : 0;
    if (this.#isObserved && this.#isAtRest)
      this.#noise = effectOfNoise(layout, mesh, of.noise(this.#missed) * Math.max(1, this.bias));
    this.#rounding = this.isExact ? roundingOf(solved.found.factor) : 0;
    this.#isLeast = this.isExact && now.residual <= mostOfRounding * this.#rounding;
  }

  get #weak(): Weakest {
    const { layout, mesh, solved } = this.#of;
    this.#weakest ??= weakest(layout, mesh, solved.found.factor);
    return this.#weakest;
  }

  /** L² of the functions that rows determine least, over their rows. */
  get amplification(): number {
    return this.#weak.amplification;
  }

  get #sharesHere(): Shares {
    const { layout, mesh } = this.#of;
    const volume = layout.region.low.reduce((p, l, k) => p * (layout.region.high[k]! - l), 1);
    this.#shares ??= sharesOn(
      layout,
      mesh,
      this.#now.size.map((size) => size / Math.sqrt(volume)),
    );
    return this.#shares;
  }

  /** Relative error that rows may make with the functions that they determine least. */
  #moves(rows: number): number {
    return (this.amplification * rows) / this.#size;
  }

  /** Errors that a higher degree shows, where it costs little; else those of the last refinement. */
  #raised(): Errors {
    const { layout, mesh, affords, hasTime } = this.#of;
    const isCheap = !this.#isObserved && layout.region.dimension === 1 && affords(costOfRaised);
    if (this.#byDegree || !this.#isAtRest || !isCheap || layout.sought.length > 0)
      return this.#byDegree ?? this.#byMesh;
    const next = raised(layout, mesh, hasTime);
    if (!next) return this.#byMesh;
    const { changed, size } = changeOf(layout, next.cells, next.before);
    this.#byDegree = { errors: changed.map((moved, k) => moved / size[k]!), change: total(changed) / total(size) };
    return this.#byDegree;
  }

  /** True where rows leave so little that an error may be as small as was asked. */
  #isResolved(): boolean {
    const { layout, mesh, tolerance } = this.#of;
    const isSmall =
      this.#isObserved || this.#now.residual <= smallResidual(layout, tolerance) * residualOfZero(layout, mesh);
    return isSmall && this.#sharesHere.imbalance <= Math.max(tolerance, balanced);
  }

  /** True where the last mesh has moved it by no more than rounding may. */
  #isBelow(): boolean {
    return this.#isLeast && this.#byMesh.change <= this.#moves(this.#rounding);
  }

  #isRounded(): boolean {
    const moved = this.#moves(this.#rounding);
    return moved > singular || (this.#isBelow() && (moved <= most.unresolved || this.#weak.isResolved));
  }

  /**
   * True on a line where the mesh has not come to know yet how little rows determine: finer ones may find that they
   * determine next to nothing.
   */
  #isGrowing(): boolean {
    const { coarser } = this.#of;
    if (!this.isExact || this.#isLeast || coarser === undefined) return false;
    return this.amplification > Math.max(most.steady, grown * coarser);
  }

  /** True where functions that rows hardly determine are resolved, and what is left moves them by next to nothing. */
  #isDetermined(): boolean {
    if (this.amplification <= usual) return true;
    // In a plane rows of smaller elements determine less by themselves, so that no mesh would do.
    const isUsual = this.#of.layout.region.dimension > 1 && this.amplification <= most.steady;
    const isKnown = isUsual || this.#weak.isResolved;
    return isKnown && !this.#isGrowing() && this.#moves(this.#now.residual) <= most.left;
  }

  /** True where the last mesh changed as little as was asked for. */
  #isSmall(): boolean {
    this.#small ??= this.#changedLittle();
    return this.#small;
  }

  #changedLittle(): boolean {
    const { layout, solved, isWhole, tolerance } = this.#of;
    const goal = Math.max(tolerance, this.#noise ? besideNoise * this.#noise.error : 0);
    if (!isWhole || !(this.#byMesh.change <= goal)) return false;
    if (this.#isObserved && !areSettled(layout, this.#missed, this.bias)) return false;
    // Where Newton's method does not come to rest, others have to solve it; with constants to be found it comes to rest
    // beside its guess or not at all.
    const isEigenproblem = layout.sought.length > 0 && !this.#isObserved;
    return !solved.converged || isEigenproblem || this.#isResolved();
  }

  /** True where no finer mesh is needed. */
  isEnough(): boolean {
    if (this.#isLeast && this.#isRounded()) return true;
    if (!this.#isSmall()) return false;
    const isAlike = () => this.#raised().change <= Math.max(this.#of.tolerance, this.#moves(this.#rounding));
    return !this.isExact || (this.#isDetermined() && isAlike());
  }

  /**
   * Squares of the rows of functions that are hardly determined, by which elements are cut where nothing else is left;
   * else undefined.
   */
  weakRows(): ReadonlyMap<Cell, number> | undefined {
    const { layout, solved } = this.#of;
    return this.#weakest && (this.#isSmall() || this.#isBelow())
      ? rowSquares(layout, solved.found.factor, this.#weakest.values)
      : undefined;
  }

  /** The solution on this mesh, with its errors. */
  result(): Omit<ElementSolve, "others" | "isUnled"> {
    const { layout, mesh, solved, course, before, isWhole } = this.#of;
    const now = this.#now;
    const { rows, imbalance, narrow } = this.#sharesHere;
    const rounded = this.#isLeast ? this.#moves(this.#rounding) : 0;
    const isOpen =
      this.isExact && (this.#isGrowing() || (this.amplification > most.amplified && !this.#weak.isResolved));
    const isWeak = this.isExact && !layout.region.shape && this.amplification > usual;
    const fix = isWeak ? correction(layout, solved.found) : undefined;
    const corrections = fix ? sizesOf(layout, fix.coefficients) : now.size.map(() => 0);
    const corrected = total(corrections) / this.#size;
    const moved = Math.max(rounded > singular ? rounded : 0, isOpen ? Math.min(1, this.#moves(now.residual)) : 0);
    const own = this.#raised();
    const seen = Math.max(moved, moved > 0 ? own.change || 0 : own.change, corrected);
    return {
      ...{ rows, imbalance, narrow, course, rounded, isOpen, corrected },
      pieces: elementPieces(mesh),
      previous: elementPieces(mesh, before.coefficients),
      error: imbalance <= balanced ? seen : Math.max(seen, imbalance),
      errors: own.errors.map((error, k) => Math.max(error, corrections[k]! / now.size[k]!)),
      elsewhere: now.elsewhere.map((change) => this.#share * change),
      constants: Object.fromEntries(
        layout.sought.map((name, k) => {
          const value = layout.constants[name]!;
          const change = this.#share * Math.abs(before.constants[name]! - value);
          return [name, { value, error: Math.abs(Math.max(change, Math.abs(fix?.constants[k] ?? 0)) / value) }];
        }),
      ),
      neighbour:
        this.#isAtRest && layout.sought.length > 0 && !this.#isObserved ? neighbourOf(layout, mesh, solved) : undefined,
      isByDegree: this.#byDegree !== undefined,
      share: this.#share,
      residual: now.residual,
      zeroResidual: residualOfZero(layout, mesh),
      converged: solved.converged && isWhole,
      ...{ missed: this.#missed, noise: this.#noise },
    };
  }
}

/** Rows that are left by no more than so many times their rounding are as small as they can be. */
const mostOfRounding = 30;
/** Time of an element with a higher degree, beside its own. */
const costOfRaised = 4;
/** Relative error by rounding from which rows cannot be distinguished from singular ones. */
export const singular = 0.03;
/** Change of a solution by the last mesh, beside the effect of noise, that is small enough. */
const besideNoise = 0.2;
/** Amplification of rows that determine all functions well. */
const usual = 100;
/**
 * Relative errors: that rounding may make with functions that rows hardly determine, and need not be resolved; and that
 * what is left of rows may make, if it lay along these functions. Amplification of functions that need not be resolved.
 */
const most = { unresolved: 1e-10, left: 1e-3, amplified: 1e6, steady: 1e3 };
/** Growth of the amplification, beside a mesh with at most so many elements, with which it still grows. */
const grown = 1.5;

/**
 * Share of the residual of the zero function that may be left where an error is small enough: two meshes agree as well
 * where neither sees a step of a coefficient, or where there is no solution, and what they leave shows it. A coarse
 * mesh may lead Newton's method to what is none, which the next meshes begin with.
 */
const smallResidual = ({ linear }: Discretisation, tolerance: number): number =>
  linear ? Math.min(1e-4, Math.max(1e-2 * tolerance, 1e-6)) : 1e-7;

/** Share of an equation that elements may leave unbalanced: less of it says little of the error, as beside a corner. */
const balanced = 1e-3;

/** Least share of the last change that is estimated. */
const leastShare = 0.1;

/**
 * Share of what the last mesh changed that is still wrong: as far as rows fell with it, and as if elements that were
 * not cut were off by as much for what is left of them; all of it in planes where derivatives are of higher than
 * second order, since rows of smaller elements determine functions less there.
 */
function shareOf({ region, highest }: Discretisation, course: readonly Course[]): number {
  const [last, previous] = [course.at(-1)!, course.at(-2)];
  if (!previous) return Number.NaN;
  if (region.dimension > 1 && Math.max(...highest) > 2) return 1;
  const fall = Math.min(1, last.residual / previous.residual);
  const uncut = Math.sqrt(Math.max(0, 1 - last.cut) / Math.max(last.cut, 1e-12));
  return Math.max(leastShare, fall, uncut);
}

const total = (values: readonly number[]) => Math.hypot(...values);

/** Share of the domain that is left out. */
const leftOut = 1e-4;

/** L² of the unknowns, and of what they changed by. */
export function changeOf(
  layout: Discretisation,
  cells: readonly Cell[],
  before: ReadonlyMap<Cell, Float64Array>,
): Pick<Course, "changed" | "size" | "elsewhere"> {
  const { problem, region } = layout;
  const none = new Array<number>(region.dimension).fill(0);
  const parts = problem.unknowns.map((): Part[] => []);
  for (const cell of cells) {
    const { at, basis } = integralSite(layout, cell);
    const volume = halves(cell).reduce((p, h) => p * 2 * h, 1);
    const old = before.get(cell)!;
    const difference = cell.coefficients!.map((v, k) => v - old[k]!);
    parts.forEach((own, j) => {
      const values = basis.values(none, cell.coefficients!, j * basis.size);
      const differences = basis.values(none, difference, j * basis.size);
      at.weights.forEach((w, i) => {
        own.push({ measure: volume * w, moved: differences[i]! ** 2, size: values[i]! ** 2 });
      });
    });
  }
  const root = (of: readonly Part[], which: "moved" | "size") =>
    Math.sqrt(of.reduce((sum, part) => sum + part.measure * part[which], 0));
  return {
    changed: parts.map((own) => root(own, "moved")),
    size: parts.map((own) => root(own, "size")),
    elsewhere: parts.map((own) => {
      const sorted = own.toSorted((a, b) => b.moved - a.moved);
      const whole = own.reduce((sum, { measure }) => sum + measure, 0);
      let [first, out] = [0, sorted[0]!.measure];
      while (out <= leftOut * whole) out += sorted[++first]!.measure;
      const rest = sorted.slice(first);
      return root(rest, "moved") / root(rest, "size");
    }),
  };
}

/** A point of an integral, with squares of a change and of a value. */
interface Part {
  readonly measure: number;
  readonly moved: number;
  readonly size: number;
}

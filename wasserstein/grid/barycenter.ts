/** Barycenters of fields on a grid, by scaling iterations whose kernel is applied axis by axis. Host, float64. */
import { among, anything, checkOptions, flag } from "../../engine/checks.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { argsort } from "../../engine/numerics/radix-sort.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { barycenter1d } from "../line/barycenter1d.ts";
import { checkRange, massOf } from "../measure/measure.ts";
import { wholeGrid } from "./box.ts";
import { type GridMass, type GridTransportOptions, gridChecks, type PreparedGrid, prepareGrid } from "./input.ts";
import { GridKernel } from "./operator.ts";

/**
 * The field β with the least Σ w_k S_ε(α_k, β): an ensemble's mean in place as well as in amount, whose peaks are as
 * high as those of the members where `mean` would smear them. Balanced: Janati, Cuturi and Gramfort, arXiv 2006.02575,
 * algorithm 1. With `reach` masses may differ, and the condition Σ w_k e^{−g_k/ρ} = e^{−h/ρ} between the potentials
 * takes the place of Σ w_k g_k = h. With `debias: false` it is that of Benamou et al., doi:10.1137/141000439, §3.2, or
 * with `reach` of Chizat et al., doi:10.1090/mcom/3303, §5.3, whose kernel has no reference measure.
 *
 * Each iteration applies the kernel 2 K times over the whole grid, and ten times more with `debias`. A debiased
 * barycenter goes on getting sharper, ever more slowly, below the width of the kernel; the tolerance says where that
 * ends.
 *
 * @param fields - one or more on one grid. Balanced: each scaled to sum one, and the result too; with `reach` as they
 * are
 * @param options - `tolerance` bounds the relative L1 change of an iteration (default 1e-4), `maxIterations` their
 * number (500)
 * @throws ShapeError, DomainError, OptionsError as `gridTransport`, and where weights do not fit or the metric is not
 * separable
 */
export function gridBarycenter(
  fields: readonly GridMass[],
  options: GridTransportOptions & {
    /** Share of each field, ≥ 0. @defaultValue equal */
    readonly weights?: ArrayLike<number>;
    /** Minimise divergences, which do not blur; false is the entropic barycenter, wider by the kernel. @defaultValue true */
    readonly debias?: boolean;
    /**
     * "transported": what the barycenter says. "matched": its cells in their order get the mean quantile function of
     * the members ({@link barycenter1d} of their values), so that peaks, medians and the dry share are means of the
     * members' own. Where the cells of one member meet other values in another, as rain does that grows and decays on
     * its way, only the latter keeps peaks.
     * @defaultValue "transported"
     */
    readonly intensities?: "transported" | "matched";
  } = {},
): {
  /** Mass of each cell; 0 at cells that are masked in any field. */
  readonly values: Float64Array;
  /** Size of each axis, as of the fields. */
  readonly shape: readonly number[];
  /** L1 change of the last iteration, a share of the mass. */
  readonly change: number;
  /** Passes over all fields. */
  readonly iterations: number;
  /** True if `change` is within the tolerance. */
  readonly converged: boolean;
  /** Strength of the entropy that was used, length^p. */
  readonly epsilon: number;
} {
  const where = "gridBarycenter";
  const own = { weights: anything, debias: flag, intensities: among("transported", "matched") };
  checkOptions(where, options, { ...gridChecks, ...own });
  const { weights: given, debias = true, intensities = "transported", ...rest } = options;
  if (fields.length === 0) throw new ShapeError(`${where}: fields`, "at least one", "none");
  if (rest.sphere?.metric === "great-circle") {
    const message = `${where}: sphere.metric is "great-circle", expected "separable"`;
    throw new OptionsError(message, "metric", "great-circle");
  }
  const pairs = fields.map((field) =>
    prepareGrid(where, fields[0]!, field, { normalize: true, ...withoutUndefined(rest) }),
  );
  const shares = massOf(`${where}: weights`, given ?? new Float64Array(fields.length).fill(1), fields.length).weights!;
  const iterate = new Iterate(pairs, shares, fields, debias);
  const { epsilon } = pairs[0]!.settings;
  const { tolerance = 1e-4, maxIterations = 500 } = rest;
  let change = Number.POSITIVE_INFINITY;
  let iterations = 0;
  while (change > tolerance && iterations < maxIterations) {
    change = iterate.step();
    iterations++;
  }
  const values = intensities === "matched" ? iterate.matched(pairs) : iterate.values();
  checkRange(`${where}: the barycenter`, values);
  const { shape } = fields[0]!;
  return printingFields(where, { values, shape, change, iterations, converged: change <= tolerance, epsilon });
}

/** With reach masses stay as they are; a `normalize` of the caller's counts. */
function withoutUndefined(options: GridTransportOptions): GridTransportOptions {
  return options.reach === undefined || options.normalize !== undefined ? options : { ...options, normalize: false };
}

/** Updates of the self potential in an iteration, as POT has it: the kernel's blur is undone slowly. */
const selfSteps = 10;

/** Logarithms of the scalings; `a` on each field's cells, the others on the whole grid. */
class Iterate {
  readonly #size: number;
  readonly #cells: Int32Array;
  readonly #shares: Float64Array;
  readonly #logAlpha: readonly Float64Array[];
  readonly #forward: readonly GridKernel[];
  readonly #back: readonly GridKernel[];
  readonly #self: GridKernel | undefined;
  readonly #a: readonly Float64Array[];
  readonly #b: readonly Float64Array[];
  readonly #images: readonly Float64Array[];
  readonly #d: Float64Array;
  readonly #beta: Float64Array;
  /** ρ/(ρ + ε) */
  readonly #damping: number;

  constructor(pairs: readonly PreparedGrid[], shares: Float64Array, fields: readonly GridMass[], debias: boolean) {
    const { shape, axes, p, rho, settings, where } = pairs[0]!;
    const { epsilon } = settings;
    const grid = wholeGrid(shape, axes);
    const exists = (i: number) => fields.every(({ mask }) => mask === undefined || Boolean(mask[i]));
    const cells = grid.kept.filter(exists);
    if (cells.length === 0) throw new DomainError(`${where}: no cell exists in all fields`, 0);
    const whole = { ...grid, kept: cells, weights: new Float64Array(cells.length) };
    const empty = () => new Float64Array(cells.length);
    this.#size = grid.kept.length;
    this.#cells = cells;
    this.#shares = shares;
    this.#damping = rho === Number.POSITIVE_INFINITY ? 1 : rho / (rho + epsilon);
    const sides = pairs.map(({ y }) => y.side);
    this.#logAlpha = sides.map((side) => side.weights.map(Math.log));
    this.#forward = sides.map((side) => new GridKernel(side, whole, p, epsilon));
    this.#back = sides.map((side) => new GridKernel(whole, side, p, epsilon));
    this.#self = debias ? new GridKernel(whole, whole, p, epsilon) : undefined;
    this.#a = sides.map((side) => new Float64Array(side.kept.length));
    this.#b = sides.map(empty);
    this.#images = sides.map(empty);
    this.#d = empty();
    this.#beta = empty().fill(Number.NEGATIVE_INFINITY);
  }

  /** One iteration; the relative L1 change of β. */
  step(): number {
    const [damping, debiased] = [this.#damping, this.#self !== undefined];
    for (const [k, a] of this.#a.entries()) {
      this.#forward[k]!.apply(this.#b[k]!, a);
      const alpha = this.#logAlpha[k]!;
      // (α/Kb)^φ without a reference measure, α (Kb)^−φ with that of the two fields.
      for (let i = 0; i < a.length; i++) a[i] = debiased ? alpha[i]! - damping * a[i]! : damping * (alpha[i]! - a[i]!);
      this.#back[k]!.apply(a, this.#images[k]!);
    }
    const [beta, d] = [this.#beta, this.#d];
    let [change, mass] = [0, 0];
    for (let i = 0; i < beta.length; i++) {
      const mean = this.#mean(i);
      const next = debiased ? d[i]! + damping * mean : mean;
      const value = Math.exp(next);
      change += Math.abs(value - Math.exp(beta[i]!));
      mass += value;
      beta[i] = next;
    }
    for (const [k, b] of this.#b.entries()) {
      const image = this.#images[k]!;
      for (let i = 0; i < b.length; i++)
        b[i] = debiased ? beta[i]! - damping * image[i]! : damping * (beta[i]! - image[i]!);
    }
    if (this.#self !== undefined) {
      const own = new Float64Array(d.length);
      for (let t = 0; t < selfSteps; t++) {
        this.#self.apply(d, own);
        for (let i = 0; i < d.length; i++) d[i] = (d[i]! + beta[i]! - damping * own[i]!) / 2;
      }
    }
    return change / mass;
  }

  /** log of the mean of order 1 − φ of the images in a cell; the geometric mean for φ = 1. */
  #mean(i: number): number {
    const order = 1 - this.#damping;
    const shares = this.#shares;
    let sum = 0;
    if (order === 0) {
      for (let k = 0; k < shares.length; k++) sum += shares[k]! > 0 ? shares[k]! * this.#images[k]![i]! : 0;
      return sum;
    }
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < shares.length; k++) if (shares[k]! > 0) top = Math.max(top, this.#images[k]![i]!);
    for (let k = 0; k < shares.length; k++) sum += shares[k]! * Math.expm1(order * (this.#images[k]![i]! - top));
    return top + Math.log1p(sum) / order;
  }

  /** The cells' order, with the members' mean quantile function. */
  matched(pairs: readonly PreparedGrid[]): Float64Array {
    const members = pairs.map(({ y: { side } }) => {
      const all = new Float64Array(this.#size);
      for (const [k, cell] of side.kept.entries()) all[cell] = side.weights[k]!;
      return Float64Array.from(this.#cells, (cell) => all[cell]!);
    });
    const { points } = barycenter1d(members, { weights: this.#shares });
    const all = new Float64Array(this.#size);
    for (const [rank, k] of argsort(this.#beta).entries()) all[this.#cells[k]!] = points[rank]!;
    return all;
  }

  values(): Float64Array {
    const all = new Float64Array(this.#size);
    for (const [k, cell] of this.#cells.entries()) all[cell] = Math.exp(this.#beta[k]!);
    return all;
  }
}

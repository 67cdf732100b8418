/**
 * Displacement and amount of a forecast's rain on its way to the observed rain: partial optimal transport, split into
 * displacement, surplus and missing rain. Each millimetre is moved at most `reach`, or it is surplus where it is
 * forecast and missing where it fell.
 */
import { anything, checkOptions, type OptionChecks, positive, real } from "../../engine/checks.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { type GridTransportOptions, gridPartialTransport } from "../../wasserstein/grid/index.ts";

type Numbers = Float32Array | Float64Array;

/**
 * Options of {@link transportScore}. The blur is the length below which places are not distinguished, the wider spacing
 * where nothing is said; more is faster. The tolerance is a share of the mean mass, 1e-4 where nothing is said.
 */
export interface TransportScoreOptions extends Pick<GridTransportOptions, "blur" | "tolerance"> {
  /** Distance beyond which rain is not the same rain, in the unit of `spacing`. */
  readonly reach: number;
  /** Distance of neighbouring cells down and across, km; one number for both. @defaultValue 1 */
  readonly spacing?: number | readonly [number, number];
}

/** Checks of the options. */
export const transportChecks: OptionChecks<TransportScoreOptions> = {
  reach: positive(),
  spacing: anything,
  blur: positive(),
  tolerance: real(0),
};

/** Rain is the sum of values over cells; the unit of `displacement` and `cost` is that times length. */
export interface TransportScore {
  /** Rain that was joined to rain of the other field. */
  readonly moved: number;
  /** Σ moved rain · length of its displacement, the mean of both directions. */
  readonly displacement: number;
  /** displacement / moved: mean distance. NaN where nothing is joined. */
  readonly meanDisplacement: number;
  /** Rain of the forecast that has no partner within reach. */
  readonly surplus: number;
  /** Observed rain that has none. */
  readonly missing: number;
  /** displacement + ½ reach (surplus + missing): one number, 0 for equal fields, the same for both orders. */
  readonly cost: number;
  /** Cells where both have a value; the others are left out of both. */
  readonly cells: number;
  /** True where `tolerance` was reached within 2000 iterations. */
  readonly converged: boolean;
  /** From the forecast's rain to the observed, mean over each cell: [down, across] over the grid, NaN where it is dry. */
  readonly arrows: readonly [Float64Array, Float64Array];
  /** `[height, width]`, surplus in each cell of the forecast. */
  readonly surplusMap: Float64Array;
  /** `[height, width]`, missing rain in each cell of the truth. */
  readonly missingMap: Float64Array;
}

/**
 * The score of one forecast field. A field that was moved by s within reach has its shift, no surplus and nothing
 * missing; c > 1 times the truth has c − 1 times its rain as surplus; features farther apart than reach add up. Nothing
 * is cut at a threshold. The plan is that of `gridPartialTransport` (Séjourné et al., arXiv 1910.12958, §2.3) with the
 * cost of the squared distance.
 *
 * @param forecast `[height, width]` ≥ 0, as is `truth`; NaN in either leaves the cell out of both
 * @param truth - `[height, width]` ≥ 0, in the same units
 * @param height - rows
 * @param width - columns
 * @throws ShapeError; DomainError for negative or infinite values, or where no cell has both; OptionsError
 */
export function transportScore(
  forecast: Numbers,
  truth: Numbers,
  height: number,
  width: number,
  options: TransportScoreOptions,
): TransportScore {
  const where = "transportScore";
  checkOptions(where, options, transportChecks);
  const { reach, spacing = 1, tolerance = 1e-4 } = options;
  const steps = typeof spacing === "number" ? [spacing, spacing] : spacing;
  const { blur = Math.max(...steps) } = options;
  const mask = bothThere(where, forecast, truth, height * width);
  const cells = mask.reduce((s, v) => s + v, 0);
  if (cells === 0) throw new DomainError(`${where}: no cell has a value in both fields`, 0);
  const [f, o] = [forecast, truth].map((values) => Float64Array.from(values, (v, i) => (mask[i] ? v : 0))) as [
    Float64Array,
    Float64Array,
  ];
  const [rain, observed] = [total(f), total(o)];
  if (rain === 0 || observed === 0) {
    const empty = (): Float64Array => new Float64Array(height * width).fill(Number.NaN);
    return result({
      moved: 0,
      displacement: 0,
      surplusMap: f,
      missingMap: o,
      reach,
      cells,
      converged: true,
      arrows: [empty(), empty()],
    });
  }
  const shape = [height, width];
  const plan = gridPartialTransport(
    { values: f, shape },
    { values: o, shape },
    { reach, spacing: steps, blur, tolerance, maxIterations: 2000 },
  );
  const { x, y } = plan.displacement();
  const { moved, converged } = plan;
  const marginals = plan.marginals();
  const displacement = (lengths(x, marginals.x) + lengths(y, marginals.y)) / 2;
  const rest = (field: Float64Array, joined: Float64Array) => field.map((v, i) => Math.max(0, v - joined[i]!));
  return result({
    moved,
    displacement,
    surplusMap: rest(f, marginals.x),
    missingMap: rest(o, marginals.y),
    reach,
    cells,
    converged,
    arrows: [x[0]!, x[1]!],
  });
}

interface Parts
  extends Pick<
    TransportScore,
    "moved" | "displacement" | "surplusMap" | "missingMap" | "cells" | "converged" | "arrows"
  > {
  readonly reach: number;
}

function result({ reach, ...parts }: Parts): TransportScore {
  const [surplus, missing] = [total(parts.surplusMap), total(parts.missingMap)];
  const { moved, displacement } = parts;
  const meanDisplacement = moved > 0 ? displacement / moved : Number.NaN;
  const cost = displacement + (reach / 2) * (surplus + missing);
  return printingFields("transportScore", { ...parts, meanDisplacement, surplus, missing, cost });
}

const total = (values: Float64Array): number => values.reduce((s, v) => s + v, 0);

/** Σ mass · |displacement|. */
function lengths([down, across]: readonly Float64Array[], mass: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < mass.length; i++) if (mass[i]! > 0) sum += mass[i]! * Math.hypot(down![i]!, across![i]!);
  return sum;
}

function bothThere(where: string, forecast: Numbers, truth: Numbers, size: number): Uint8Array {
  for (const [name, values] of Object.entries({ forecast, truth })) {
    if (values.length !== size) throw new ShapeError(`${where}: ${name}`, [size], [values.length]);
    const wrong = values.findIndex((v) => v < 0 || v === Number.POSITIVE_INFINITY);
    if (wrong < 0) continue;
    throw new DomainError(`${where}: ${name}[${wrong}] is ${values[wrong]}, expected rain ≥ 0 or NaN`, values[wrong]);
  }
  return Uint8Array.from({ length: size }, (_, i) => (Number.isNaN(forecast[i]!) || Number.isNaN(truth[i]!) ? 0 : 1));
}

/** Result of {@link transportEnergy}. */
export interface TransportEnergy {
  /** mean_m cost(x_m, y) − ½ mean_{m ≠ n} cost(x_m, x_n), in the unit of `cost`. */
  readonly energy: number;
  /** mean_m cost(x_m, y). */
  readonly error: number;
  /** mean_{m ≠ n} cost(x_m, x_n); NaN for one member. */
  readonly spread: number;
  /** Each member against the truth. */
  readonly members: readonly TransportScore[];
}

/**
 * An ensemble's energy distance to the truth with the cost of {@link transportScore} for distance (Gneiting and
 * Raftery, doi:10.1198/016214506000001437, eq. 22; the pairs without m = n, Ferro, doi:10.1002/qj.2270): lower is
 * better, and a member that stands elsewhere than the others lowers it where the truth may be elsewhere too. The cost
 * is no distance of negative type, so that unlike the energy score's propriety is not proven.
 *
 * @param members M fields `[height, width]`; (M² + M)/2 transports are solved
 * @param truth - `[height, width]` ≥ 0, in the same units
 * @param height - rows
 * @param width - columns
 * @throws as {@link transportScore}; ShapeError without members
 */
export function transportEnergy(
  members: readonly Numbers[],
  truth: Numbers,
  height: number,
  width: number,
  options: TransportScoreOptions,
): TransportEnergy {
  checkOptions("transportEnergy", options, transportChecks);
  if (members.length === 0) throw new ShapeError("transportEnergy: members", "at least one", "none");
  const scores = members.map((member) => transportScore(member, truth, height, width, options));
  const error = scores.reduce((s, { cost }) => s + cost, 0) / members.length;
  let [sum, pairs] = [0, 0];
  for (const [m, one] of members.entries()) {
    for (const other of members.slice(m + 1)) {
      sum += transportScore(one, other, height, width, options).cost;
      pairs++;
    }
  }
  const spread = pairs > 0 ? sum / pairs : Number.NaN;
  return { energy: pairs > 0 ? error - spread / 2 : error, error, spread, members: scores };
}

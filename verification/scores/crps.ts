/** The continuous ranked probability score of an ensemble: CRPS = E|X − y| − ½ E|X − X′|, smaller is better. */
import { among, checkOptions, kind, type OptionChecks } from "../../engine/checks.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { allFinite, checkSameShape, checkShape, type ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { eachSorted } from "../../engine/numerics/sort-columns.ts";
import { Field } from "../../io/field/index.ts";

/**
 * - `"ecdf"`: the score of the members' empirical distribution, ½E|X − X′| over all M² pairs;
 * - `"fair"`: the unbiased estimate of the score of the distribution behind the members, over the M(M − 1) pairs of distinct
 *   members (Ferro 2014, doi:10.1002/qj.2270). Needs two members.
 */
export type CrpsVariant = "ecdf" | "fair";

/** Options of {@link crps}. */
export interface CrpsOptions {
  /** Over which pairs of members. @defaultValue "fair" */
  readonly variant?: CrpsVariant;
  /**
   * Threshold r of the threshold-weighted score ∫_r^∞ (F(z) − 1[y ≤ z])² dz: members and observation are raised to r
   * first (Gneiting and Ranjan 2011, doi:10.1198/jbes.2010.08110).
   * @defaultValue −Infinity, the plain score
   */
  readonly above?: number;
}

/**
 * CRPS of one ensemble (Gneiting and Raftery 2007, doi:10.1198/016214506000001437), by the sorted (probability-weighted
 * moment) form: ½Σ|xᵢ − xⱼ| = Σ (2i + 1 − M) x₍ᵢ₎, which is exact where members tie with each other or with the
 * observation (Hersbach's sum over bins is not).
 *
 * @param members - length M or more, in any order; NaN marks a missing member, and M is the number of members present
 * @param observation - finite, in the members' units
 * @returns The score in the members' units. The fair score of one ensemble may be negative.
 * @throws DomainError for a non-finite observation, an infinite member, or too few members present.
 */
export function crps(members: ArrayLike<number>, observation: number, options?: CrpsOptions): number;
/**
 * CRPS of an ensemble of fields, cell by cell.
 *
 * @param members - with a dimension of members (realization) beside those of `observation`
 * @param observation - on the same grid and times; none of them is moved or matched by coordinates
 * @returns a field like `observation`; missing where it is, and where too few members are present
 * @throws ShapeError where dimensions or sizes differ; DomainError for an infinite value
 */
export function crps(members: Field, observation: Field, options?: CrpsOptions): Field;
export function crps(
  members: ArrayLike<number> | Field,
  observation: number | Field,
  options: CrpsOptions = {},
): number | Field {
  const { variant, above } = checked("crps", options);
  if (members instanceof Field) return scoreField(members, observation as Field, variant, above);
  if (typeof observation !== "number") {
    throw new ShapeError("crps: observation", "a number, as the members are no field", typeof observation);
  }
  const sorted = new Float64Array(members.length);
  return score(members, 0, 1, sorted, observation, variant, above);
}

/**
 * CRPS at every point of every case.
 *
 * @param ensemble `[N, M, …]`: N cases of M members; NaN marks a missing member.
 * @param truth `[N, …]`.
 * @returns Scores in the order of `truth`.
 * @throws ShapeError where the shapes do not fit; DomainError as {@link crps}.
 */
export function crpsField(ensemble: ShapedArray, truth: ShapedArray, options: CrpsOptions = {}): Float64Array {
  const { variant, above } = checked("crpsField", options);
  checkShape("crpsField: ensemble", ensemble, truth.shape.length + 1);
  checkShape("crpsField: truth", truth, truth.shape.length);
  const [cases, members, ...grid] = ensemble.shape as [number, number, ...number[]];
  checkSameShape("crpsField: truth", [cases, ...grid], truth.shape);
  const points = truth.values.length / cases;
  const out = new Float64Array(truth.values.length);
  const column = new Float64Array(members);
  for (let n = 0; n < cases; n++) {
    const values = ensemble.values.subarray(n * members * points, (n + 1) * members * points);
    const seen = truth.values.subarray(n * points, (n + 1) * points);
    const own = out.subarray(n * points, (n + 1) * points);
    if (allFinite(values) && allFinite(seen) && members >= leastOf(variant)) {
      scores(values, members, seen, variant, above, own);
    } else {
      for (let i = 0; i < points; i++) own[i] = score(values, i, points, column, seen[i]!, variant, above);
    }
  }
  return out;
}

function scoreField(members: Field, truth: Field, variant: CrpsVariant, above: number): Field {
  const dim = members.dimOf("realization");
  if (dim === undefined)
    throw new ShapeError("crps: members", "a dimension of members, such as realization", members.dims.join(", "));
  const [count, wanted] = [members.size(dim), [dim, ...truth.dims]];
  const fits =
    String([...members.dims].sort()) === String([...wanted].sort()) &&
    truth.dims.every((name) => members.size(name) === truth.size(name));
  if (!fits) {
    const sizes = ({ dims, shape }: Field) => dims.map((name, k) => `${name}: ${shape[k]}`).join(", ");
    const way = "take the same times and cells of both (`sel`, `isel`, `regrid`), or let `verify` match them";
    throw new ShapeError("crps: members", `${dim} and ${sizes(truth)}`, sizes(members), way);
  }
  const { values } = members.transpose(wanted);
  const points = truth.values.length;
  const column = new Float64Array(count);
  const scored = Float64Array.from(truth.values, (y, i) => {
    if (Number.isNaN(y)) return y;
    let present = 0;
    for (let m = 0; m < count; m++) present += Number.isNaN(values[m * points + i]!) ? 0 : 1;
    return present < leastOf(variant) ? Number.NaN : score(values, i, points, column, y, variant, above);
  });
  const attributes = { long_name: `${variant === "fair" ? "fair " : ""}CRPS of ${members.name}` };
  return truth.with({ name: "crps", values: scored, units: truth.units, attributes });
}

/** Mean of {@link crpsField}. */
export function meanCrps(ensemble: ShapedArray, truth: ShapedArray): number {
  const scores = crpsField(ensemble, truth);
  return scores.reduce((a, b) => a + b, 0) / scores.length;
}

const checks: OptionChecks<CrpsOptions> = {
  variant: among("fair", "ecdf"),
  above: kind("a number", (value) => typeof value === "number" && !Number.isNaN(value)),
};

function checked(where: string, options: CrpsOptions): Required<CrpsOptions> {
  checkOptions(where, options, checks);
  const { variant = "fair", above = -Infinity } = options;
  return { variant, above };
}

/** Members that a score needs. */
const leastOf = (variant: CrpsVariant): number => (variant === "fair" ? 2 : 1);

/** The scores of all points [M, points], whose members are there and finite. */
function scores(
  values: ShapedArray["values"],
  members: number,
  truth: ShapedArray["values"],
  variant: CrpsVariant,
  above: number,
  out: Float64Array,
): void {
  const pairs = members * (variant === "fair" ? members - 1 : members);
  eachSorted(values, members, truth.length, (rows, stride, from, count) => {
    for (let i = 0; i < count; i++) {
      const y = Math.max(truth[from + i]!, above);
      let [distance, spread] = [0, 0];
      for (let m = 0, at = i; m < members; m++, at += stride) {
        const x = Math.max(rows[at]!, above);
        distance += Math.abs(x - y);
        spread += (2 * m + 1 - members) * x;
      }
      out[from + i] = distance / members - spread / pairs;
    }
  });
}

/** Members are values[start + step·m] for m < sorted.length. */
function score(
  values: ArrayLike<number>,
  start: number,
  step: number,
  sorted: Float64Array,
  observation: number,
  variant: CrpsVariant,
  above: number,
): number {
  if (!Number.isFinite(observation)) {
    throw new DomainError(`crps: observation is ${observation}; leave missing observations out`, observation);
  }
  const y = Math.max(observation, above);
  let count = 0;
  let distance = 0;
  for (let m = 0; m < sorted.length; m++) {
    const value = values[start + step * m]!;
    if (Number.isNaN(value)) continue;
    if (!Number.isFinite(value)) throw new DomainError(`crps: a member is ${value}; members must be finite`, value);
    const x = Math.max(value, above);
    distance += Math.abs(x - y);
    let at = count++;
    for (; at > 0 && sorted[at - 1]! > x; at--) sorted[at] = sorted[at - 1]!;
    sorted[at] = x;
  }
  const least = leastOf(variant);
  if (count < least) {
    throw new DomainError(`crps: ${count} member(s) present; the ${variant} score needs at least ${least}`, count);
  }
  let spread = 0;
  for (let i = 0; i < count; i++) spread += (2 * i + 1 - count) * sorted[i]!;
  return distance / count - spread / (count * (variant === "fair" ? count - 1 : count));
}

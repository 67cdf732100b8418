/** `monge distance`: the distance between two fields, as lines or as JSON. */
import { OptionsError, UnitsError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { numberText } from "../../engine/text/number.ts";
import { namedFields, readField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { convertPrecipitation } from "../../io/field/index.ts";
import { emd } from "../../wasserstein/exact/index.ts";
import { wasserstein1d } from "../../wasserstein/line/index.ts";
import type { Cloud } from "../../wasserstein/measure/index.ts";
import { sinkhorn, sinkhornDivergence } from "../../wasserstein/sinkhorn/index.ts";
import { slicedWasserstein } from "../../wasserstein/sliced/index.ts";
import { checkNamed } from "../shell/open-field.ts";
import { rateText, sayNowAndThen } from "../shell/progress.ts";
import { ownOptions } from "../shell/read-options.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import type { DistanceMethod, DistanceOptions } from "./command.ts";
import { checkOneMap, type FieldMass, fieldMass } from "./field-mass.ts";

/** Result of a method. */
interface Distance {
  readonly value: number;
  /** Certified; null where the method has none. */
  readonly bounds: readonly [number, number] | null;
  /** Words for `value`. */
  readonly meaning: string;
  readonly converged?: boolean;
  /** Of the p-th root of `value`. */
  readonly unit: string | undefined;
  /** Mass, number of points, and number of values just below 0 that were taken as 0, of either side. */
  readonly places?: readonly { readonly mass: number; readonly places: number; readonly clipped: number }[];
}

/** Points that a method takes on a side; more would need too much memory or time. */
const maxPoints: Partial<Record<DistanceMethod, number>> = {
  emd: 4096,
  sinkhorn: 20_000,
  divergence: 20_000,
};

export async function distance(a: string, b: string, options: DistanceOptions): Promise<void> {
  checkNamed("A", a);
  checkNamed("B", b);
  const { method, root = false } = options;
  const p = options.p ?? (method === "1d" ? 1 : 2);
  if (p < 1 || (p !== 2 && ["sinkhorn", "divergence"].includes(method))) {
    throw new OptionsError(`distance: --p is ${p}; ${p < 1 ? "it starts at 1" : `${method} has p = 2 alone`}`, "p", p);
  }
  if (options.dryRun) return emitJson({ command: "distance", a, b, ...ownOptions(options), p, root });
  say(`reading ${a} and ${b}`);
  const [x, other] = await Promise.all([readField(a), readField(b)]);
  const y = method === "1d" ? inUnitsOf(x, other, a, b) : other;
  const found = compute(x, y, p, options);
  const unit = found.unit && (root || p === 1 ? found.unit : `(${found.unit})^${p}`);
  const power = root ? (v: number) => Math.max(0, v) ** (1 / p) : (v: number) => v;
  const report = {
    method,
    p,
    root,
    value: power(found.value),
    unit: unit ?? null,
    bounds: found.bounds?.map(power) ?? null,
    meaning: root && p > 1 ? `${found.meaning}, its ${p === 2 ? "square root" : `${p}-th root`}` : found.meaning,
    ...(found.converged !== undefined && { converged: found.converged }),
    a: { ...describe(x, a), ...found.places?.[0] },
    b: { ...describe(other, b), ...found.places?.[1] },
  };
  if (options.json) return emitJson(report);
  const bracket = report.bounds ? `${numberText(report.bounds[0]!, 8)} to ${numberText(report.bounds[1]!, 8)}` : "none";
  emit(
    [
      `value    ${numberText(report.value, 8)}${unit ? ` ${unit}` : ""}${found.converged === false ? "  (not converged)" : ""}`,
      `bracket  ${bracket}`,
      `method   ${method}: ${report.meaning}`,
    ].join("\n"),
  );
}

function compute(x: Field, y: Field, p: number, options: DistanceOptions): Distance {
  const { method } = options;
  if (method === "1d") {
    const { value } = wasserstein1d(present(x), present(y), { p });
    return {
      value,
      bounds: [value, value],
      unit: x.units,
      meaning: `${named("W", p)} between the values of both fields, exact`,
    };
  }
  const sides = [massFor(x, options), massFor(y, options)] as const;
  say(`${method}: mass at ${sides[0].cloud.count} places, to be moved to ${sides[1].cloud.count}`);
  checkOneMap(...sides);
  const places = sides.map(({ mass, cloud, clipped }) => ({ mass, places: cloud.count, clipped }));
  const found = move(sides[0].cloud, sides[1].cloud, p, options);
  return { ...found, meaning: `${found.meaning}; both masses scaled to one`, unit: sides[0].unit, places };
}

/** The methods that move mass. */
function move(u: Cloud, v: Cloud, p: number, { method, epsilon, seed }: DistanceOptions): Omit<Distance, "unit"> {
  const common = { normalize: true, ...(epsilon !== undefined && { epsilon }) };
  const passes = sayNowAndThen(
    ({ iterations, error }: { readonly iterations: number; readonly error: number }) =>
      `${iterations} passes, error of the marginals ${error.toPrecision(2)}`,
  );
  switch (method) {
    case "emd": {
      const began = performance.now();
      const pivots = sayNowAndThen(({ pivots: count }: { readonly pivots: number }) => {
        const rate = rateText((1000 * count) / (performance.now() - began), "pivots");
        return `${count} pivots of the network simplex, ${rate}; how many it takes is not known before`;
      });
      const { value, dualityGap } = emd(u, v, { p, normalize: true, onProgress: pivots });
      const meaning = `${named("W", p)} between masses at their places, exact`;
      return { value, bounds: [value * (1 - Math.abs(dualityGap)), value], meaning };
    }
    case "sinkhorn": {
      const { value, bounds, converged, epsilon: used } = sinkhorn(u, v, { ...common, onProgress: passes });
      const meaning = `transport cost of the entropic plan at epsilon ${used.toPrecision(3)}; the bracket is for the exact W_2^2`;
      return { value, bounds, converged, meaning };
    }
    case "divergence": {
      const { value, converged, epsilon: used } = sinkhornDivergence(u, v, { ...common, onProgress: passes });
      const meaning = `debiased Sinkhorn divergence at epsilon ${used.toPrecision(3)}, a squared distance`;
      return { value, bounds: null, converged, meaning };
    }
    default: {
      const { value } = slicedWasserstein(u, v, { p, normalize: true, rng: rng(seed) });
      return {
        value,
        bounds: null,
        meaning: `${named("SW", p)}, the mean of ${named("W", p)} over directions in ${u.dim} dimensions`,
      };
    }
  }
}

const named = (distance: string, p: number): string => (p === 1 ? `${distance}_1` : `${distance}_${p}^${p}`);

/** The second field in the unit of the first. */
function inUnitsOf(x: Field, y: Field, a: string, b: string): Field {
  if (x.units === undefined || y.units === undefined || x.units === y.units) return y;
  try {
    return convertPrecipitation(y, x.units);
  } catch (error) {
    if (!(error instanceof UnitsError)) throw error;
    const hint = "convert one of them first, or compare where the mass is (--method sliced, sinkhorn or emd)";
    throw new UnitsError(`distance: ${a} is in ${x.units}, ${b} in ${y.units}; ${hint}`, y.units, x.units);
  }
}

/** Values that are not missing. */
function present(field: Field): Float64Array {
  return Float64Array.from(field.values).filter((v) => !Number.isNaN(v));
}

/** The mass of a field, at not too many points for the method. */
function massFor(field: Field, { method, coarsen = 1 }: DistanceOptions): FieldMass {
  const mass = fieldMass(field, coarsen);
  const limit = maxPoints[method];
  const { count } = mass.cloud;
  if (limit !== undefined && count > limit) {
    const least = Math.ceil(coarsen * Math.sqrt(count / limit));
    const hint = `${method} takes ${limit}; add for instance --coarsen ${least}, or use --method sliced`;
    throw new OptionsError(`distance: ${field.name} has mass at ${count} places; ${hint}`, "method", method);
  }
  return mass;
}

function describe({ name, shape, units, values }: Field, text: string) {
  let missing = 0;
  for (const v of values) if (Number.isNaN(v)) missing++;
  return { file: namedFields(text).files, variable: name, shape, units: units ?? null, missing };
}

/** `monge distance`: the distance between two fields, as lines or as JSON. */
import { existsSync } from "node:fs";
import { DomainError, OptionsError, ShapeError, UnitsError } from "../engine/errors.ts";
import { rng } from "../engine/rng.ts";
import type { Field } from "../io/field.ts";
import { readField } from "../io/read.ts";
import { emd } from "../wasserstein/emd.ts";
import { gromovWasserstein, type MetricMeasure } from "../wasserstein/gromov.ts";
import type { Cloud } from "../wasserstein/measure.ts";
import { multiscaleWasserstein } from "../wasserstein/multiscale.ts";
import { sinkhorn } from "../wasserstein/sinkhorn.ts";
import { sinkhornDivergence } from "../wasserstein/sinkhorn-divergence.ts";
import { slicedWasserstein } from "../wasserstein/sliced.ts";
import { wasserstein1d } from "../wasserstein/wasserstein1d.ts";
import type { DistanceMethod, DistanceOptions } from "./distance.ts";
import { checkFiles } from "./failure.ts";
import { emit, emitJson } from "./terminal.ts";

/** What a method found. */
interface Found {
  readonly value: number;
  /** Certified; null where the method has none. */
  readonly bounds: readonly [number, number] | null;
  /** What `value` is. */
  readonly meaning: string;
  readonly converged?: boolean;
}

/** Places that the exact and the Gromov method take on a side; more would fill the memory or the day. */
const mostPlaces: Partial<Record<DistanceMethod, number>> = { emd: 4096, gromov: 400 };

export async function distance(a: string, b: string, options: DistanceOptions): Promise<void> {
  const sides = [a, b].map(splitName);
  checkFiles(
    "A and B",
    sides.map(({ path }) => path),
  );
  const { method, root = false } = options;
  const p = options.p ?? (method === "1d" || method === "multiscale" ? 1 : 2);
  if (p < 1 || (p !== 2 && ["sinkhorn", "divergence", "gromov"].includes(method))) {
    throw new OptionsError(`distance: --p is ${p}; ${p < 1 ? "it starts at 1" : `${method} has p = 2 alone`}`, "p", p);
  }
  if (options.dryRun) return emitJson({ command: "distance", a: sides[0], b: sides[1], ...options, p, root });
  const [x, y] = (await Promise.all(
    sides.map(({ path, variable }) => readField(path, variable === undefined ? {} : { variable })),
  )) as [Field, Field];
  if (x.units !== undefined && y.units !== undefined && x.units !== y.units) {
    const hint = "convert one of them first";
    throw new UnitsError(`distance: ${a} is in ${x.units}, ${b} in ${y.units}; ${hint}`, y.units, x.units);
  }
  const found = compute(x, y, p, options);
  const power = root ? (v: number) => Math.max(0, v) ** (1 / p) : (v: number) => v;
  const report = {
    method,
    p,
    root,
    value: power(found.value),
    bounds: found.bounds?.map(power) ?? null,
    meaning: root ? `${found.meaning}, its ${p === 2 ? "square root" : `${p}-th root`}` : found.meaning,
    ...(found.converged !== undefined && { converged: found.converged }),
    a: describe(x, sides[0]!.path),
    b: describe(y, sides[1]!.path),
  };
  if (options.json) return emitJson(report);
  const digits = (v: number) => String(Number(v.toPrecision(8)));
  const bracket = report.bounds ? `${digits(report.bounds[0]!)} to ${digits(report.bounds[1]!)}` : "none";
  emit(
    [
      `value    ${digits(report.value)}${found.converged === false ? "  (not converged)" : ""}`,
      `bracket  ${bracket}`,
      `method   ${method}: ${report.meaning}`,
    ].join("\n"),
  );
}

function compute(x: Field, y: Field, p: number, options: DistanceOptions): Found {
  const { method, epsilon } = options;
  if (method === "1d") {
    const [u, v] = [present(x), present(y)];
    const value = wasserstein1d(u, v, { p });
    return { value, bounds: [value, value], meaning: `W_${p}^${p} between the values of both fields, exact` };
  }
  if (method === "multiscale") return multiscale(x, y, p, options);
  if (method === "gromov") {
    const [u, v] = [x, y].map((field) => metric(cloudOf(field, method))) as [MetricMeasure, MetricMeasure];
    const { value, bounds, converged } = gromovWasserstein(u, v, {
      normalize: true,
      ...(epsilon !== undefined && { epsilon }),
    });
    const meaning = "GW_2^2 between masses known by their mutual distances, a local optimum";
    return { value, bounds, meaning, converged };
  }
  const [u, v] = [x, y].map((field) => cloudOf(field, method)) as [Cloud, Cloud];
  const common = { normalize: true, ...(epsilon !== undefined && { epsilon }) };
  if (method === "emd") {
    const { value, dualityGap } = emd({ x: u, y: v }, u.weights, v.weights, { p, normalize: true });
    const meaning = `W_${p}^${p} between masses at their coordinates, exact`;
    return { value, bounds: [value * (1 - Math.abs(dualityGap)), value], meaning };
  }
  if (method === "sinkhorn") {
    const { value, bounds, converged } = sinkhorn(u, v, common);
    return { value, bounds, converged, meaning: "entropic transport cost; the bracket is for the exact W_2^2" };
  }
  if (method === "divergence") {
    const { value, converged } = sinkhornDivergence(u, v, common);
    return { value, bounds: null, converged, meaning: "debiased Sinkhorn divergence, squared distance" };
  }
  const { value } = slicedWasserstein(u, v, { p, normalize: true, rng: rng(options.seed) });
  return { value, bounds: null, meaning: `SW_${p}^${p}, the mean of W_${p}^${p} over directions` };
}

function multiscale(x: Field, y: Field, p: number, { scales }: DistanceOptions): Found {
  const [images, others] = [x, y].map((field) => {
    const [height, width] = field.shape.slice(-2);
    if (height === undefined || width === undefined) {
      throw new ShapeError(`distance: ${field.name}`, "at least two dimensions, y and x last", field.shape);
    }
    return { values: field.values, shape: [field.values.length / (height * width), height, width] };
  }) as [{ values: Field["values"]; shape: number[] }, { values: Field["values"]; shape: number[] }];
  const mask = Uint8Array.from(x.values, (v, i) => (Number.isNaN(v) || Number.isNaN(y.values[i]) ? 0 : 1));
  const sizes = (scales ?? "1,2,4,8").split(",").map(Number);
  const { value } = multiscaleWasserstein(images, others, { p, mask, scales: sizes });
  return { value, bounds: [value, value], meaning: `mean over blocks of ${sizes.join(", ")} of W_${p}^${p} per image` };
}

/** The values that are there. */
function present(field: Field): Float64Array {
  return Float64Array.from(field.values).filter((v) => !Number.isNaN(v));
}

/** The field's mass at its places: leading dimensions summed, nothing where it is 0 or missing. */
function cloudOf(field: Field, method: DistanceMethod): Cloud {
  const { name, shape } = field;
  const [height, width] = shape.slice(-2);
  if (height === undefined || width === undefined) {
    throw new ShapeError(`distance: ${name}`, "at least two dimensions, y and x last", shape);
  }
  const mass = new Float64Array(height * width);
  for (const [i, v] of field.values.entries()) {
    if (v < 0) {
      const hint = "mass cannot be negative; compare values with --method 1d";
      throw new DomainError(`distance: ${name} holds ${v} at element ${i}; ${hint}`, v);
    }
    if (!Number.isNaN(v)) mass[i % mass.length]! += v;
  }
  const [ys, xs] = field.dims.slice(-2).map((dim, k) => {
    const values = field.coordinate(dim)?.values;
    return values ?? Float64Array.from({ length: shape.at(k - 2)! }, (_, i) => i);
  }) as [Float64Array, Float64Array];
  const kept = Array.from(mass.keys()).filter((k) => mass[k]! > 0);
  if (kept.length === 0) throw new DomainError(`distance: ${name} has no mass, all is 0 or missing`, 0);
  const limit = mostPlaces[method];
  if (limit !== undefined && kept.length > limit) {
    const hint = `${method} takes ${limit}; coarsen the field, or use --method sinkhorn or sliced`;
    throw new OptionsError(`distance: ${name} has mass at ${kept.length} places; ${hint}`, "method", method);
  }
  const points = Float64Array.from(kept.flatMap((k) => [ys[Math.floor(k / width)]!, xs[k % width]!]));
  return { points, count: kept.length, dim: 2, weights: Float64Array.from(kept, (k) => mass[k]!) };
}

function metric({ points, count, weights }: Cloud): MetricMeasure {
  const distances = Float64Array.from({ length: count * count }, (_, k) => {
    const [i, j] = [Math.floor(k / count), k % count];
    return Math.hypot(points[2 * i]! - points[2 * j]!, points[2 * i + 1]! - points[2 * j + 1]!);
  });
  return { distances, count, weights: weights! };
}

function describe({ name, shape, units, values }: Field, file: string) {
  let missing = 0;
  for (const v of values) if (Number.isNaN(v)) missing++;
  return { file, variable: name, shape, units: units ?? null, missing };
}

/** `FILE:VARIABLE`, or a file whose name holds the colon. */
function splitName(text: string): { readonly path: string; readonly variable?: string } {
  const at = text.lastIndexOf(":");
  if (at <= 0 || existsSync(text) || /[\\/]/.test(text.slice(at))) return { path: text };
  return { path: text.slice(0, at), variable: text.slice(at + 1) };
}

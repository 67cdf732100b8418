/** A sampler that was handed in, with what it draws checked, so that a mistake in it is named where it happens. */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import type { ActiveSampler, PointSet, SampleContext } from "./sampler.ts";

const methods = ["draw", "density", "state", "restore", "report"] as const;

/** @throws OptionsError where a method is missing */
export function checkedSampler(kind: string, sampler: ActiveSampler): ActiveSampler {
  for (const name of methods) {
    if (typeof sampler?.[name] === "function") continue;
    const message = `sampler "${kind}": what start() gives has no ${name}(); it needs ${methods.join(", ")}`;
    throw new OptionsError(message, "sampler", name);
  }
  return {
    draw: async (context) => checkSet(kind, await sampler.draw(context), context),
    density: (points) => sampler.density(points),
    state: () => sampler.state(),
    restore: (tensors) => sampler.restore(tensors),
    report: () => sampler.report(),
    dispose: () => sampler.dispose?.(),
  };
}

/**
 * @throws ShapeError where the three lists do not belong together, or there are no points or too many
 * @throws DomainError where a number is not finite, a weight negative, or a point outside
 */
function checkSet(kind: string, set: PointSet, { domain, count }: SampleContext): PointSet {
  const d = domain.dimension;
  const n = set.weights.length;
  const where = `sampler "${kind}": draw`;
  if (set.points.length !== n * d) throw new ShapeError(`${where}: points`, [n, d], [set.points.length]);
  if (set.density.length !== n) throw new ShapeError(`${where}: density`, [n], [set.density.length]);
  if (n < 1 || n > count) throw new ShapeError(`${where}: weights`, `1 to ${count} points`, [n]);
  for (const name of ["points", "weights", "density"] as const) {
    const values = set[name];
    const bad = values.findIndex((v) => !Number.isFinite(v) || (name !== "points" && v < 0));
    if (bad >= 0) {
      const expected = name === "points" ? "finite numbers" : "finite numbers ≥ 0";
      throw new DomainError(`${where}: ${name}[${bad}] is ${values[bad]}, expected ${expected}`, values[bad]);
    }
  }
  const outside = domain.contains(set.points).findIndex((inside) => inside !== 1);
  if (outside >= 0) {
    const place = set.points.subarray(outside * d, (outside + 1) * d).join(", ");
    throw new DomainError(`${where}: point ${outside} at (${place}) is outside the domain`, outside);
  }
  return set;
}

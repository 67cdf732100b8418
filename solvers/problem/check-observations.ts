/** Observations must lie where the unknowns are. */
import { DomainError } from "../../engine/errors.ts";
import { domainOf } from "../domain/domain.ts";
import type { Problem } from "./problem.ts";

/** Distance from the domain, over its width, that passes for rounding. */
const slack = 1e-9;

/** @throws DomainError that names the first observation outside the domain */
export function checkObservations(problem: Problem): void {
  if (problem.observations.length === 0) return;
  const { axes, bounds } = problem;
  const width = Math.hypot(...bounds.map(([low, high]) => high - low));
  const domain = domainOf(problem.domain);
  for (const [k, { points }] of problem.observations.entries()) {
    const outside = domain.signedDistance(points).findIndex((v) => !(v <= slack * width));
    if (outside < 0) continue;
    const at = axes.map((name, j) => `${name} = ${points[outside * axes.length + j]}`).join(", ");
    throw new DomainError(
      `pde: observations[${k}] has point ${outside + 1} at ${at}, outside the domain; leave it out, or widen the domain`,
      [...points.subarray(outside * axes.length, (outside + 1) * axes.length)],
    );
  }
}

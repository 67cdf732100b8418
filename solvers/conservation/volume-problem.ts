/** Problems that finite volumes take: conservation laws on boxes of one or two axes of space. */
import { domainOf } from "../../equations/domain/index.ts";
import { spaceAxes } from "../../equations/expression/index.ts";
import { type ConservationLaw, conservationLaw, type Problem } from "../../equations/problem/index.ts";
import { type Edges, edgesOf } from "./edges.ts";

/** A system with what holds at its edges. */
export interface VolumeProblem {
  readonly problem: Problem;
  readonly system: ConservationLaw;
  readonly edges: Edges;
}

/** A problem as finite volumes take it, or in words why they do not. */
export function volumeProblem(problem: Problem): VolumeProblem | { readonly refused: string } {
  const { integrals, observations } = problem;
  const space = spaceAxes(problem);
  if (space.length === 0 || space.length > 2) return { refused: `it has ${space.length} axes of space` };
  if (!domainOf(problem.domain).isBox) return { refused: "its domain is no box" };
  if (integrals.length > 0 || observations.length > 0) return { refused: "it has integrals or observations" };
  const system = conservationLaw(problem);
  if (system === undefined) return { refused: "its text is no conservation law" };
  const edges = edgesOf(problem, system);
  return "refused" in edges ? edges : { problem, system, edges };
}

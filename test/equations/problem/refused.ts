/** Problems to begin with, and what it means that one is refused. */
import { DomainError } from "../../../engine/index.ts";
import { dirichlet, type ProblemSpec, pde } from "../../../solvers/index.ts";
import { throws } from "../../harness.ts";

export const line = { name: "line", domain: { x: [-1, 1] }, conditions: [dirichlet("u = 0")] } as const;
export const square = {
  name: "square",
  domain: { x: [-1, 1], y: [-1, 1] },
  equations: "lap(u) = 1",
  conditions: [dirichlet("u = 0")],
} as const;
/** Holds where the text is refused as a whole with such a message. */
export const refused = (spec: ProblemSpec, message: RegExp) => throws(() => pde(spec), DomainError, message);

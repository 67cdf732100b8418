/** Problems too large to compile are refused at once. */
import { OptionsError } from "../../../engine/errors.ts";
import { dirichlet, type ProblemSpec, pde } from "../../../solvers/index.ts";
import { assert, test, throws } from "../../harness.ts";

const line = {
  name: "line",
  domain: { x: [0, 1] },
  equations: "u_x = 0",
  conditions: [dirichlet("u = 1", { on: "x = 0" })],
} as const;
const refused = (spec: ProblemSpec, message: RegExp) => throws(() => pde(spec), OptionsError, message);

test("a thousand unknowns and two thousand integrals are refused with their number and the most", () => {
  const unknowns = Array.from({ length: 1000 }, (_, k) => `u${k}`);
  const equations = unknowns.map((u) => `${u}_x = 0`);
  refused({ ...line, unknowns, equations }, /problem\.unknowns has 1000 entries; give at most 64/);
  const integrals = Array.from({ length: 2000 }, () => "u = 1");
  refused({ ...line, integrals }, /problem\.integrals has 2000 entries; give at most 256/);
  assert.is(pde({ ...line, integrals: integrals.slice(0, 20) }).integrals.length, 20);
});

test.run();

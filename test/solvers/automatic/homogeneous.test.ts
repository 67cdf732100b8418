// Inside: a decision of the automatic choice by itself.
/** Which problems are held up by their data alone. */
import { isHomogeneous } from "../../../solvers/automatic/by-networks.ts";
import { type ProblemSpec, pde } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const spec: ProblemSpec = {
  name: "decay",
  domain: { x: [0, 1], t: [0, 1] },
  trainable: { C: 0 },
  equations: "u_t = C*lap(u) + u*u_x",
  observations: [{ points: [[0.5, 0.5]], values: [1] }],
};

test("a problem is held up by its data alone where u = 0 solves equations and conditions whatever the constants are", () => {
  assert.is(isHomogeneous(pde({ ...spec, allow: ["missing-condition"] })), true);
  assert.is(isHomogeneous(pde({ ...spec, conditions: [{ type: "dirichlet", equation: "u = 0" }] })), true);
  assert.is(isHomogeneous(pde({ ...spec, equations: "u_t = C*lap(u) + C*x" })), false);
  assert.is(isHomogeneous(pde({ ...spec, conditions: [{ type: "dirichlet", equation: "u = C*t" }] })), false);
  const { observations: _, trainable: _t, ...bare } = spec;
  assert.is(
    isHomogeneous(
      pde({
        ...bare,
        equations: "u_t = lap(u)",
        conditions: [
          { type: "initial", equation: "u = x" },
          { type: "dirichlet", equation: "u = x" },
        ],
      }),
    ),
    false,
  );
});

test.run();

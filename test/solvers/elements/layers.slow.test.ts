/** Thin layers by elements against a Chebyshev code. */

import { solveByElements } from "../../../solvers/elements/index.ts";
import { pde } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

test("layers a thousandth wide at two walls, and the fold between them, are those of a Chebyshev code", () => {
  const problem = pde({
    ...{ name: "layers", domain: { x: [0, 1], y: [0, 1] }, equations: "-1e-3*lap(u) + u_x + u_y = 1" },
    conditions: [{ type: "dirichlet", equation: "u = 0" }],
  });
  // NumPy and SciPy: Sylvester's equation on 280 × 280 points; on 200 × 200 the values are the same to 1e-8.
  const known = [
    { at: [0.3, 0.7], value: 0.3 },
    { at: [0.5, 0.5], value: 0.482180989 },
    { at: [0.62, 0.6], value: 0.588718094 },
    { at: [0.9985, 0.4], value: 0.311082631 },
    { at: [0.5, 0.999], value: 0.316428159 },
    { at: [0.9991, 0.9987], value: 0.4204155 },
  ];
  const { pieces } = solveByElements(problem, {
    ...{ tolerance: 1e-4, clock: () => 0, seconds: Number.POSITIVE_INFINITY },
    meshes: 40,
  })!;
  const found = pieces.at(Float64Array.from(known.flatMap(({ at }) => at)))(0, [0, 0]);
  for (const [i, { value }] of known.entries())
    assert.ok(Math.abs(found[i]! - value) < 5e-4, `${found[i]} for ${value}`);
});

test.run();

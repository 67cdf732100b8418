/** Two threads solve by elements with the bits of one; the bits with and without the machine's BLAS. */
import { systemBlas } from "../../../engine/system/index.ts";
import { solveByElementsOn } from "../../../solvers/elements/index.ts";
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const square = { x: [0, 1], y: [0, 1] } as const;

// biome-ignore format: a table
const problems: readonly ProblemSpec[] = [
  { name: "a layer", domain: square, equations: "-0.01*lap(u) + u_x = source", conditions: "exact",
    manufactured: "(x - (exp((x-1)/0.01) - exp(-1/0.01))/(1 - exp(-1/0.01)))*sin(pi*y)" },
  { name: "a corner", equations: "-lap(u) = 1", conditions: "u = 0",
    domain: { difference: [{ x: [-1, 1], y: [-1, 1] }, { x: [0, 1], y: [-1, 0] }] } },
  { name: "a cavity", domain: square, unknowns: ["u", "v", "p"], integrals: ["p = 0"], allow: ["corner-mismatch"],
    equations: ["u*u_x + v*u_y + p_x = lap(u)/20", "u*v_x + v*v_y + p_y = lap(v)/20", "u_x + v_y = 0"],
    conditions: ["u = 1 on y = 1", "u = 0 on y = 0", "u = 0 on x", "v = 0"] },
  { name: "an eigenvalue", domain: { x: [0, 1] }, equations: "-u_xx = lambda*u", conditions: "u = 0",
    trainable: { lambda: 9 }, integrals: ["u^2 = 1"] },
];

for (const spec of problems) {
  test(`two threads solve ${spec.name} with the bits of one`, async () => {
    const problem = pde(spec);
    const on = (threads: number) =>
      solveByElementsOn(
        threads,
        problem,
        { clock: () => 0, seconds: Number.POSITIVE_INFINITY, meshes: 4, tolerance: 1e-12 },
        0,
      );
    const [one, two] = [await on(1), await on(2)];
    assert.equal(one!.course, two!.course);
    assert.equal(one!.pieces.coefficients, two!.pieces.coefficients);
    assert.equal(one!.rows, two!.rows);
    assert.equal(one!.constants, two!.constants);
    assert.is(one!.imbalance, two!.imbalance);
  });
}

/** In rectangles spectral elements come first. */
const triangle = {
  shape: "polygon",
  vertices: [
    [0, 0],
    [1, 0],
    [0, 1],
  ],
} as const;

test("solve has the same bits with two threads", async () => {
  const problem = pde({ ...problems[0]!, domain: triangle });
  const on = (threads: number) => solve(problem, { threads, budget: { steps: 16 } });
  const [one, two] = await Promise.all([on(1), on(2)]);
  assert.is(one!.trial.kind, "elements");
  assert.equal(one!.coefficients, two!.coefficients);
  assert.equal(one!.report.estimate, two!.report.estimate);
});

/** Bits of the solution with and without the machine's own library. */
async function coefficientsWith(spec: ProblemSpec, blas?: "none"): Promise<Float64Array> {
  return (await solve(pde(spec), { budget: { steps: 6 }, ...(blas && { blas }) })).coefficients;
}

test("a BLAS that is not asked for eliminates no rows of elements: the bits are those of MONGE_BLAS=none", async ({
  skip,
}) => {
  if (systemBlas() === undefined) return skip("this machine has no BLAS");
  const spec: ProblemSpec = {
    ...{ name: "membrane", domain: triangle, equations: "-lap(u) = 1" },
    conditions: "u = 0",
  };
  const [usual, without] = [await coefficientsWith(spec), await coefficientsWith(spec, "none")];
  const before = process.env["MONGE_BLAS"];
  process.env["MONGE_BLAS"] = "none";
  try {
    assert.equal(without, await coefficientsWith(spec));
  } finally {
    if (before === undefined) delete process.env["MONGE_BLAS"];
    else process.env["MONGE_BLAS"] = before;
  }
  assert.ok(
    without.some((v, k) => v !== usual[k]),
    "the library has other bits",
  );
});

test.run();

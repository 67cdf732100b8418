/** Convection in flows: its energy, and its derivatives. */
import { rng } from "../../../engine/index.ts";
import { pde } from "../../../solvers/index.ts";
import { FlowRows, flowForm, planeBlocks, startMesh } from "../../../solvers/mixed/index.ts";
import { assert, close, test } from "../../harness.ts";

const hole = "(x-0.8)^2 + (y-0.7)^2 = 0.04";
const walls = ["x = 0", "y = 0", "y = 1.5", hole];

/** Rows of a flow with heat about a round hole, closed or with an open side. */
function rowsOf(isOpen: boolean): FlowRows {
  const held = isOpen ? walls : [...walls, "x = 2"];
  const open = [
    { type: "robin" as const, equation: "u_x/R - p = 0", on: "x = 2" },
    ...["v", "h"].map((name) => ({ type: "neumann" as const, equation: `${name}_x = 0`, on: "x = 2" })),
  ];
  const problem = pde({
    ...{ name: "flow", unknowns: ["u", "v", "p", "h"], constants: { R: 50 } },
    domain: {
      difference: [
        { x: [0, 2], y: [0, 1.5] },
        { shape: "ball", center: [0.8, 0.7], radius: 0.2 },
      ],
      t: [0, 1],
    },
    equations: [
      ...["u", "v"].map(
        (name) => `R*${name}_t + R*(u*${name}_x + v*${name}_y) + p_${name === "u" ? "x" : "y"} = lap(${name})`,
      ),
      "u_x + v_y = 0",
      "3*h_t + 3*u*h_x + 3*v*h_y = lap(h)",
    ],
    conditions: [
      ...["u", "v", "h"].map((name) => ({ type: "dirichlet" as const, equation: `${name} = 0`, on: held })),
      ...(isOpen ? open : []),
      ...["u", "v", "h"].map((name) => `${name} = 0 at t = 0`),
    ],
    ...(isOpen ? {} : { integrals: ["p = 0 at every t"] }),
  });
  const [form, blocks] = [flowForm(problem), planeBlocks(problem)];
  assert.ok(typeof form !== "string" && typeof blocks !== "string");
  return new FlowRows(form, startMesh(blocks, 8), 4);
}

const drawn = (size: number, seed: number): Float64Array => {
  const random = rng(seed);
  return Float64Array.from({ length: size }, () => 2 * random.uniform() - 1);
};

test("convection between walls gives no energy to any velocities or heat, also to those with sources", () => {
  const rows = rowsOf(false);
  const { smooth, nodes } = rows;
  const values = drawn(rows.size, 1);
  // Rows of conditions on walls are values themselves.
  const conditions = rows.evaluate(values).map((v, i) => (v === values[i] ? 0 : values[i]!));
  const [whole, linear] = [1, 0].map((share) => Object.assign(rows, { share }).evaluate(conditions));
  for (const [s, k] of smooth.entries()) {
    let [energy, size] = [0, 0];
    for (let i = s * nodes; i < (s + 1) * nodes; i++) {
      const part = conditions[i]! * (whole![i]! - linear![i]!);
      [energy, size] = [energy + part, size + Math.abs(part)];
    }
    assert.ok(size > 1, `convection of unknown ${k}: ${size}`);
    close(energy, 0, 1e-12 * size);
  }
});

for (const isOpen of [false, true])
  test(`the derivatives that a step eliminates are those of the rows, ${isOpen ? "with an open side" : "between walls"}`, () => {
    const rows = rowsOf(isOpen);
    const [values, along] = [drawn(rows.size, 2), drawn(rows.size, 3)];
    if (rows.isFloating) along[rows.smooth.length * rows.nodes] = 0;
    const at = (part: number) => rows.evaluate(values.map((v, i) => v + part * along[i]!));
    const [after, before] = [at(0.5), at(-0.5)];
    rows.evaluate(values);
    // Of quadratic rows a central difference is the derivative.
    const found = rows.linearise().solve(after.map((v, i) => v - before[i]!));
    for (const [i, v] of along.entries()) close(found[i]!, v, 1e-7);
  });

test.run();

/** Problems and solutions on a console. */

import { inspect } from "node:util";
import { dirichlet, initial, mlp, pde, printProblem, solve } from "../../../solvers/index.ts";
import { systemClock } from "../../../solvers/solution/index.ts";
import { assert, test } from "../../harness.ts";

const heat = pde({
  ...{ name: "heat", domain: { x: [0, 1], t: [0, 1] }, constants: { k: 0.1 }, equations: "u_t = k*u_xx" },
  conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
});
let ticks = 0;
const options = {
  network: mlp({ width: 4, depth: 1 }),
  ...{
    points: 40,
    budget: { steps: 4 },
    seed: 1,
    clock: { ...systemClock, wall: () => 500 * Math.floor(ticks++ / 1e9) },
  },
};

test("a problem prints as it was understood, cut after sixteen lines, and compares and copies as before", () => {
  assert.is(inspect(heat), printProblem(heat));
  assert.equal(Object.getOwnPropertySymbols({ ...heat }), []);
  const names = Array.from({ length: 30 }, (_, k) => `u${k}`);
  const many = pde({
    ...{ name: "many", domain: { x: [0, 1] }, unknowns: names, equations: names.map((u) => `${u}_x = 0`) },
    conditions: names.map((u) => dirichlet(`${u} = 1`, { on: "x = 0" })),
  });
  const lines = inspect(many).split("\n");
  assert.is(lines.length, 17);
  assert.is(lines[16], "  … and 45 more lines");
});

test("a solution prints how it ended, its residual, its effort, its network and its conditions", async () => {
  const solution = await solve(heat, options);
  const text = inspect(solution).replace(/(residual +)\S+ × [^,]+/, "$1R × S");
  assert.is(
    text,
    `Solution of "heat" (budget)
  unknowns  u of x, t
  residual  R × S, root mean square
  effort    4 steps in 1 rounds, 0 s
  network   mlp 1 x 4 (tanh, scale 2, 17 parameters)
  exact     u = sin(pi*x), u = 0`,
  );
  const estimated = solution.reporting({ estimate: { relativeL2: 0.01, by: "a coarser mesh" } });
  assert.match(inspect(estimated), /root mean square\n {2}error {5}0\.01, estimated by a coarser mesh\n {2}effort/);
  const soft = inspect(await solve(heat, { ...options, conditions: "penalty" }));
  assert.match(soft, /\n {2}penalty {3}u = sin\(pi\*x\), u = 0$/);
  await solution.dispose();
});

test("constants that were found print with their standard deviations", async () => {
  const decay = pde({
    ...{ name: "decay", domain: { x: [0, 2] }, equations: "u_x + a*u = 0" },
    ...{ conditions: [dirichlet("u = 1", { on: "x=0" })], trainable: { a: 1 } },
    observations: [{ points: [[0.5], [1]], values: [0.47, 0.22], sigma: 0.01 }],
  });
  const solution = await solve(decay, options);
  assert.match(inspect(solution), /\n {2}found {5}a = \d\.\d+ ± 0\.\d+$/);
  await solution.dispose();
});

test.run();

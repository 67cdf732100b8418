/** A step of Newton's method on elements from a function: what it moves by, and where next to nothing moves it far. */
import { newtonStepFrom } from "../../../solvers/elements/index.ts";
import { type ProblemSpec, pde } from "../../../solvers/index.ts";
import { assert, closeRelative, test } from "../../harness.ts";

const stepFrom = (spec: ProblemSpec, u: (x: number) => number) =>
  newtonStepFrom(pde(spec), async (points) => points.map(u));

const cubic: ProblemSpec = {
  ...{ name: "cubic", domain: { x: [0, 1] }, equations: "u_xx = u^3 + source", conditions: ["u = 0 on x"] },
  manufactured: "sin(pi*x)",
};

test("from a solution that is off by a little the step is as long as that is beside the solution", async () => {
  const off = await stepFrom(cubic, (x) => Math.sin(Math.PI * x) + 1e-4 * Math.sin(2 * Math.PI * x));
  closeRelative(off!, 1e-4, 1e-3);
  assert.ok((await stepFrom(cubic, (x) => Math.sin(Math.PI * x)))! < 1e-10);
});

test("a layer at another place leaves next to nothing, and a step moves it far", async () => {
  // -tanh((x - c)/0.1) solves the equation for any c; the walls know c = 1 to within exp(-20).
  const layer = (c: number) => (x: number) => -Math.tanh((x - c) / 0.1);
  const spec: ProblemSpec = {
    ...{ name: "layer", domain: { x: [0, 2] }, equations: "-0.05*u_xx + u*u_x = 0" },
    conditions: [`u = ${layer(1)(0)} on x = 0`, `u = ${layer(1)(2)} on x = 2`],
  };
  assert.ok((await stepFrom(spec, layer(1.3)))! > 1e-3);
});

test("linear problems, several axes and what is too rough for elements have no such step", async () => {
  assert.is(await stepFrom({ ...cubic, equations: "u_xx = source" }, Math.sin), undefined);
  assert.is(await stepFrom(cubic, (x) => Math.sin(1e5 * x)), undefined);
  const plane: ProblemSpec = {
    ...{ name: "plane", domain: { x: [0, 1], y: [0, 1] }, equations: "lap(u) = u^3" },
    conditions: "u = 0",
  };
  assert.is(await stepFrom(plane, Math.sin), undefined);
});

test.run();

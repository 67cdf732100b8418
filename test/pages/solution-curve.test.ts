/** The figure of a solution: what it says, and that small unknowns are seen beside large ones. */

import { FormatError, ShapeError } from "../../engine/index.ts";
import { inspect, readField } from "../../io/index.ts";
import { solutionPicture, writeSolution } from "../../pages/index.ts";
import { inPanels } from "../../pages/solution-maps.ts";
import { mlp, pde, solve } from "../../solvers/index.ts";
import { assert, refuses, temporaryFolder, test } from "../harness.ts";

test("unknowns whose largest values differ by more than a factor of 20 stand in panels, each with its true curve", () => {
  const curve = (name: string, size: number, dashed = false) => ({ name, x: [0, 1], y: [0, -size], dashed });
  const placed = (...sizes: number[]) => {
    const curves = sizes.flatMap((size, k) => [curve(`u${k}`, size), curve(`u${k}, true`, 0.9 * size, true)]);
    return inPanels(curves).map(({ name, panel }) => `${name}: ${panel}`);
  };
  assert.equal(placed(1, 0.051), ["u0: undefined", "u0, true: undefined", "u1: undefined", "u1, true: undefined"]);
  assert.equal(placed(0.049, 1), ["u1: 0", "u1, true: 0", "u0: 1", "u0, true: 1"]);
  const panels = placed(1, 0.01, 1e-6, 0.1, 0).filter((one) => !one.includes("true"));
  assert.equal(panels, ["u0: 0", "u3: 0", "u4: 0", "u1: 1", "u2: 2"]);
  assert.equal(placed(0, 0).length, 4);
});

const decay = pde({ name: "decay", domain: { t: [0, 1] }, equations: "u_t = -u", conditions: "u = 1" });
const bump = pde({ name: "bump", domain: { x: [0, 1], y: [0, 1] }, equations: "lap(u) = -1", conditions: "u = 0" });

test("the figure says how the solution ended and how far off it is thought to be, curves and maps", async () => {
  for (const problem of [decay, bump]) {
    const solved = await solve(problem, { network: mlp({ depth: 1, width: 4 }), points: 30, budget: { steps: 2 } });
    const judged = solved.reporting({
      ...{ status: "doubtful", estimate: { relativeL2: 0.0861, by: "a second solution" } },
    });
    assert.match(await solutionPicture(judged), />doubtful · estimated relative error 0.086</);
    assert.match(await solutionPicture(solved), />budget</);
    for (const one of [solved, judged]) await one.dispose();
  }
});

test("a solution is written as it is, with its problem, status and error, and evaluated at nested points", async () => {
  const { at } = temporaryFolder(test);
  const solution = await solve(decay, { budget: { processorSeconds: 1 } });
  await writeSolution(at("decay.nc"), solution);
  const field = await readField(at("decay.nc"));
  assert.equal([field.name, field.shape], ["u", [401]]);
  assert.ok(Math.abs(field.values[400]! - Math.exp(-1)) < 1e-6);
  const { attributes } = await inspect(at("decay.nc"));
  assert.is(attributes["status"], solution.status);
  assert.match(String(attributes["title"]), /^decay: u\(t\)/);
  const nested = await solution.evaluate([[0.25], [1]]);
  assert.equal(nested, await solution.evaluate(Float64Array.of(0.25, 1)));
  await refuses(solution.evaluate([[0.25, 1]]), /\[n, 1\].*rows hold t/, ShapeError);
  await refuses(writeSolution(at("decay.nc"), solution, { overwrite: false }), /decay\.nc/, FormatError);
  await solution.dispose();
});

test.run();

/** Problems without space: systems of ordinary differential equations in time. */
import { rng } from "../../../engine/index.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

test("an interval of time alone is a domain: its start is one point, its points are even", () => {
  const domain = domainOf({ t: [1, 3] });
  assert.equal([domain.axes, domain.time, domain.volume, domain.isBox], [["t"], 0, 2, true]);
  assert.equal(domain.boundary(2, rng(0), "initial").points, Float64Array.of(1, 1));
  assert.equal(domain.contains(Float64Array.of(0, 1, 2, 4)), Uint8Array.of(0, 1, 1, 0));
  const points = domain.interior(64, rng(0)).sort();
  points.forEach((t, i) => {
    assert.ok(t >= 1 + i / 32 && t < 1 + (i + 1) / 32, `${t}`);
  });
});

const rotation = pde({
  name: "rotation",
  domain: { t: [0, 20] },
  unknowns: ["a", "b"],
  equations: ["a_t = b + a*(1 - a^2 - b^2)", "b_t = -a + b*(1 - a^2 - b^2)"],
  exact: ["cos(t)", "-sin(t)"],
  conditions: [{ type: "initial", equation: ["a = 1", "b = 0"] }],
});

test("a nonlinear system over three turns is solved by its text alone, to eight digits that are known within a factor of 10", async () => {
  const solution = await solve(rotation, { budget: { steps: 40 } });
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2 < 1e-8, `error ${relativeL2}`);
  const { estimate } = solution.report;
  assert.ok(estimate!.relativeL2 < 1e-7 && estimate!.relativeL2 > relativeL2 / 10, `estimate ${estimate!.relativeL2}`);
  assert.is(solution.status, "converged");
});

test.run();

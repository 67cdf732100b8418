// Inside: a decision of the automatic choice by itself.
import { missingStart } from "../../../solvers/automatic/warnings.ts";
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

/** Observed at even moments from the first on, of e^(−π²t/10) sin πx. */
const from = (first: number, more: Partial<ProblemSpec> = {}) => {
  const points = Array.from({ length: 60 }, (_, i) => [((i * 7) % 60) / 60, first + ((1 - first) * i) / 59]);
  const values = points.map(([x, t]) => Math.exp((-(Math.PI ** 2) / 10) * t!) * Math.sin(Math.PI * x!));
  return pde({
    ...{ name: "backward", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx/10" },
    ...{
      conditions: [{ type: "dirichlet", equation: "u = 0", on: "x" }],
      observations: [{ points, values, sigma: 0.01 }],
    },
    ...more,
  });
};

test("a start of the heat equation that is only seen later is doubted, and how far off it is is unknown", async () => {
  const { status, estimate } = (await solve(from(0.3), { budget: { steps: 20 } })).report;
  assert.is(status, "doubtful");
  assert.ok(Number.isNaN(estimate!.relativeL2));
  assert.match(
    estimate!.advice!,
    /u has no initial condition and is not observed before t = 0\.3: .*or begin at t = 0\.3$/,
  );
});

test("a start that is prescribed, or seen, or of a wave, which runs backward as well as forward, is not doubted for it", () => {
  const start = { type: "initial", equation: "u = sin(pi*x)" } as const;
  const side = { type: "dirichlet", equation: "u = 0", on: "x" } as const;
  assert.is(missingStart(from(0.3, { conditions: [start, side] })), undefined);
  assert.is(missingStart(from(0)), undefined);
  assert.is(missingStart(from(0.3, { equations: "u_tt = u_xx/10" })), undefined);
  assert.is(missingStart(from(0.3, { equations: "u_t = u_x/10" })), undefined);
  assert.type(missingStart(from(0.3)), "string");
});

test.run();

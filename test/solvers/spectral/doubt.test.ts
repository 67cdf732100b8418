/** What spectral elements tell of problems that they cannot solve, or not with the grids that there is time for. */
import { type ProblemSpec, pde } from "../../../solvers/index.ts";
import {
  firstPlan,
  gridOf,
  growthOfChanges,
  narrowPlaces,
  type SpectralForm,
  solveOnGrids,
  spectralForm,
  unresolvedPlace,
} from "../../../solvers/spectral/index.ts";
import { assert, test } from "../../harness.ts";

const cube = { x: [0, 1], y: [0, 1], z: [0, 1] } as const;
type Text = Omit<ProblemSpec, "name" | "domain"> & Partial<Pick<ProblemSpec, "domain">>;
const formOf = ({ domain = cube, ...text }: Text): SpectralForm => {
  const form = spectralForm(pde({ name: "three", domain, ...text }));
  if (typeof form === "string") throw new Error(form);
  return form;
};
const peak = (x: number, y: number, z: number) => `exp(-((x - ${x})^2 + (y - ${y})^2 + (z - ${z})^2)/1e-4)`;

test("sources that slopes on all faces contradict leave the rows unsolved", () => {
  const form = formOf({ equations: "-(1 + x)*lap(u) = 1", conditions: "u_n = 0", integrals: ["u = 0"] });
  const solves = solveOnGrids(form, {
    goal: 1e-8,
    narrow: [],
    work: () => 0,
    isOver: (error) => error > 0,
    onGrid: () => {},
  });
  assert.is(solves.at(-1)!.converged, false);
});

for (const [where, text] of Object.entries<Text>({
  "a source": { equations: `-lap(u) = ${peak(0.37, 0.52, 0.61)}`, conditions: "u = 0" },
  "a value on a face": { equations: "lap(u) = 0", conditions: [`u = ${peak(0.37, 0.52, 0.61)} on boundary`] },
  "a start": {
    domain: { ...cube, t: [0, 1] },
    equations: "u_t = lap(u)",
    conditions: [`u = ${peak(0.37, 0.52, 0.61)} at t = 0`, "u = 0 on x", "u = 0 on y", "u = 0 on z"],
  },
}))
  test(`the first grid has nodes within the width of a peak of ${where}`, () => {
    const form = formOf(text);
    const plan = firstPlan(form, narrowPlaces(form), 8);
    for (const [k, at] of [0.37, 0.52, 0.61].entries()) {
      const nearest = Math.min(...gridOf(form, plan).axes[k]!.places.map((x) => Math.abs(x - at)));
      assert.ok(nearest < 0.01, `the nearest node is ${nearest} away`);
    }
    assert.is(unresolvedPlace(plan, narrowPlaces(form)), undefined);
  });

test("of peaks that would make too many points one is told that the grid does not resolve", () => {
  const sources = [peak(0.2, 0.8, 0.1), peak(0.4, 0.6, 0.3), peak(0.7, 0.3, 0.6), peak(0.9, 0.1, 0.9)];
  const form = formOf({ equations: `-lap(u) = ${sources.join(" + ")}`, conditions: "u = 0" });
  assert.ok(unresolvedPlace(firstPlan(form, narrowPlaces(form), 8), narrowPlaces(form)));
});

test("smooth functions leave the first grid as it is", () => {
  const form = formOf({ equations: "-lap(u) + u^3 = exp(x - z)*tanh(2*y)", conditions: "u = 0" });
  assert.equal(firstPlan(form, narrowPlaces(form), 8), firstPlan(form, [], 8));
});

/** Factors of −u in the Laplacian's equation, beside its eigenvalues in a cube, and the least and the most growth. */
const waves = [
  ["3*pi^2", "it is the first eigenvalue", 1e5, Number.POSITIVE_INFINITY],
  ["9*pi^2", "three modes have it", 1e5, Number.POSITIVE_INFINITY],
  ["29.6", "it is 3e-4 from an eigenvalue", 1e3, 1e5],
  ["100", "it is between eigenvalues", 0, 100],
  ["-100", "it is a decay", 0, 0],
] as const;
for (const [factor, why, least, most] of waves)
  test(`changes of ${factor} in lap(u) + ${factor} u grow from ${least} to ${most} times: ${why}`, () => {
    const form = formOf({ equations: `lap(u) + (${factor})*u = x`, conditions: "u = 0" });
    const growth = growthOfChanges(form, gridOf(form, firstPlan(form, [], 12)));
    assert.ok(growth >= least && growth <= most, `it grows ${growth} times`);
  });

test.run();

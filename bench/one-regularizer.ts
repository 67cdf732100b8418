/**
 * The Wasserstein regularizer in the loss of `solve`, with and without: Adam on one peak and on a smooth solution.
 * Equal processor seconds.
 *
 * `node --import tsx --conditions=source bench/one-regularizer.ts [--seeds 701-703] [--seconds 8] --record FILE`; with `--figure FILE` the picture of
 * what the peak's first seed leaves, alone.
 */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { adam } from "../engine/training/optimizer.ts";
import { type MapPanel, mapFigure, smoothScale, writePicture } from "../report/index.ts";
import { mlp, pde, type SolveOptions, sobol, solve } from "../solvers/index.ts";
import { systemClock } from "../solvers/solution/budget.ts";
import { wassersteinTerm } from "../wasserstein/index.ts";

const { values: asked } = parseArgs({
  options: {
    seeds: { type: "string", default: "701-703" },
    seconds: { type: "string", default: "8" },
    record: { type: "string" },
    figure: { type: "string" },
  },
});
const [first, last] = asked.seeds.split("-").map(Number) as [number, number?];
const problemOf = (rate: number) =>
  pde({
    name: `peak-${rate}`,
    domain: { x: [-1, 1], y: [-1, 1] },
    equations: "-lap(u) = source",
    manufactured: `exp(-${rate}*((x-0.5)^2 + (y-0.5)^2))`,
    conditions: "exact",
  });
const terms = {
  none: null,
  sliced: wassersteinTerm(),
  "dual Sobolev": wassersteinTerm({ norm: "dual-sobolev" }),
  "dual Sobolev, λ = 10": wassersteinTerm({ norm: "dual-sobolev", weight: 10 }),
};

const side = 64;
const panels: MapPanel[] = [];

/** Density of the squared residual against the uniform one: W₁ of slices, and the largest over the mean. */
for (const rate of asked.figure ? [100] : [100, 2]) {
  for (let seed = first; seed <= (asked.figure ? first : (last ?? first)); seed++) {
    for (const [arm, term] of Object.entries(terms)) {
      if (asked.figure && arm === "sliced") continue;
      const options: SolveOptions = {
        ...{ network: mlp({ width: 16, depth: 3, scale: rate > 10 ? 5 : 2 }), sampler: sobol(), points: 2000 },
        ...{ optimizer: adam({ learningRate: 2e-3 }), stepsPerRound: 50, growth: { after: 2, factor: 1 } },
        ...{ seed, clock: { ...systemClock, wall: systemClock.processor }, budget: { seconds: Number(asked.seconds) } },
      };
      const solution = await solve(problemOf(rate), { ...options, term });
      const { relativeL2, maxError } = await solution.errors();
      const points = Float64Array.from({ length: 2 * side ** 2 }, (_, at) => {
        const cell = Math.floor(at / 2);
        return (2 * (at % 2 === 0 ? Math.floor(cell / side) : cell % side) + 1) / side - 1;
      });
      const left = await solution.residual(points);
      // Rows of a map from the top: y falls.
      const values = Float64Array.from({ length: side ** 2 }, (_, at) =>
        Math.abs(left[(at % side) * side + side - 1 - Math.floor(at / side)]!),
      );
      panels.push({ title: arm === "none" ? "no term" : arm, values, height: side, width: side });
      const squares = left.map((r) => r * r);
      const mean = squares.reduce((a, b) => a + b, 0) / squares.length;
      const flatness = Math.max(...squares) / mean;
      const { steps } = solution.report;
      const line = { rate, arm, seed, seconds: Number(asked.seconds), steps, l2: relativeL2, maxError, flatness };
      if (asked.record) appendFileSync(asked.record, `${JSON.stringify(line)}\n`);
      console.log(JSON.stringify(line));
      await solution.dispose();
    }
  }
}

if (asked.figure) {
  const svg = mapFigure({
    ...{ panels, columns: 3, panelSize: 280, title: "|−Δu − f| that Adam leaves in 8 CPU seconds, seed 701" },
    scale: smoothScale(
      0,
      Float64Array.from(panels[0]!.values).reduce((a, b) => Math.max(a, b)),
    ),
    units: "",
    axes: { x: { name: "x", range: [-1, 1] }, y: { name: "y", range: [-1, 1] } },
  });
  await writePicture(asked.figure, svg);
}

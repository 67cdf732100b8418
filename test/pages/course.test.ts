/** The page of a solve tells how it went also where no network was trained: random features, and time windows. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readMetrics } from "../../engine/files/run.ts";
import { solutionPage } from "../../pages/index.ts";
import { solveByRows } from "../../solvers/automatic/index.ts";
import { march, mlp, pde, type SolveOptions } from "../../solvers/index.ts";
import { temporaryFolder } from "../folder.ts";

const { folder } = temporaryFolder(test);

type Trial = Parameters<NonNullable<SolveOptions["onTrial"]>>[0];
const headings = (html: string) => [...html.matchAll(/<h2 id="[^"]*">([^<]*)</g)].map(([, words]) => words);
const labels = (html: string) => [...html.matchAll(/<figure data-label="([^"]*)"/g)].map(([, label]) => label!);

test("a solve by random features records every trial, and its page shows residuals, Newton's steps and the points taken", async () => {
  const bump = pde({
    name: "bump",
    domain: { x: [-1, 1], y: [-1, 1] },
    equations: "-lap(u) + u^3 = source",
    manufactured: "exp(-2*(x^2+y^2))",
    conditions: "exact",
  });
  const trials: Trial[] = [];
  const solution = await solveByRows(bump, {
    budget: { steps: 100 },
    runs: join(folder, "bump"),
    onTrial: (trial) => trials.push(trial),
  });
  assert.ok(trials.length >= 3);
  const run = (solution as { readonly run?: string }).run!;
  const kept = (await readMetrics(run)).filter((line) => "trial" in line);
  assert.equal(
    kept.map(({ words, residual }) => [words, residual]),
    trials.map(({ words, residual }) => [words, residual]),
  );
  // What is recorded of points is some of them, inside of the domain.
  const last = kept.at(-1)!;
  assert.is(last["points"], trials.at(-1)!.points.length / 2);
  assert.ok((last["places"] as number[]).every((v) => Math.abs(v) <= 1));
  // The one that was taken is among them, and Newton lowered its rows.
  const { residual } = solution.report;
  const taken = trials.find((trial) => trial.residual === residual)!;
  assert.ok(taken.course.length >= 2 && taken.course.at(-1)! < taken.course[0]!);
  const html = await solutionPage(run);
  await solution.dispose();
  assert.equal(headings(html).slice(2, 4), ["Residual", "Where the points were"]);
  assert.match(html, new RegExp(`alt="Residuals of ${trials.length} trials of random features over seconds`));
  assert.match(html, /alt="Newton's method: residual from [\d.e−]+ to [\d.e−]+ in \d+ evaluations"/);
  assert.equal(labels(html), [taken.words]);
  assert.match(html, new RegExp(`of ${taken.points.length / 2} collocation points; residual`));
});

test("a march keeps its rounds in its folder, also across an interruption, and the page shows them window by window", async () => {
  const decay = pde({
    name: "decay",
    domain: { x: [0, 1], t: [0, 1] },
    equations: "u_t = 0.1*u_xx",
    conditions: [
      { type: "initial", equation: "u = sin(pi*x)" },
      { type: "dirichlet", equation: "u = 0", on: "x" },
    ],
  });
  const kept = join(folder, "march");
  const options = {
    ...{ network: mlp({ depth: 1, width: 4 }), windows: 3, folder: kept, budget: { steps: 12 } },
    ...{ points: 40, boundaryPoints: 10, stepsPerRound: 2 },
  };
  const stop = new AbortController();
  await (
    await march(decay, { ...options, signal: stop.signal, onProgress: (_p, _r, k) => k === 1 && stop.abort() })
  ).dispose();
  // What a crash leaves behind: half of a line.
  const path = join(kept, "metrics.jsonl");
  writeFileSync(path, `${readFileSync(path, "utf8")}{"window":1,"rou`);
  const whole = await march(decay, options);
  assert.is(whole.windows.length, 3);
  const rounds = (await readMetrics(kept)).filter((line) => "round" in line);
  assert.equal([...new Set(rounds.map(({ window }) => window))], [0, 1, 2]);
  const html = await solutionPage(kept);
  assert.match(html, /alt="Residual over seconds in 3 time windows, from/);
  assert.equal(labels(html), ["window 1, 0 to 0.333", "window 2, 0.333 to 0.667", "window 3, 0.667 to 1"]);
  assert.match(html, / 40 collocation points; round \d/);
  await whole.dispose();
});

test.run();

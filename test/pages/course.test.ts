/** The page of a solve tells how it went also where no network was trained, by random features. */
import { join } from "node:path";
import { readMetrics } from "../../engine/files/index.ts";
import { solutionPage } from "../../pages/index.ts";
import { solveByRows } from "../../solvers/automatic/index.ts";
import { pde, type SolveOptions } from "../../solvers/index.ts";
import { assert, equalBy, temporaryFolder, test } from "../harness.ts";

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
  equalBy(
    kept,
    ({ words, residual }) => [words, residual],
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

test.run();

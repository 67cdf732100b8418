/** Pages hold all they show, say what is in their pictures, and move in a browser where there is one. */
import { readFileSync } from "node:fs";
import { createRun } from "../../engine/files/index.ts";
import { DomainError, FormatError, OptionsError, rng } from "../../engine/index.ts";
import { coarsen, Field, lazyField, regrid, writeField } from "../../io/index.ts";
import { gridOf } from "../../io/regrid/index.ts";
import { fieldMaps } from "../../pages/field-maps.ts";
import { ensemblePage, solutionPage, trainingPage } from "../../pages/index.ts";
import { ranksFigure } from "../../pages/verification-sections.ts";
import { htmlPage, rankFigure } from "../../report/index.ts";
import { mlp, pde, solve, uniform } from "../../solvers/index.ts";
import { verify } from "../../verification/index.ts";
import { mongeDone, mongeHere, mongeRefused, oneLine } from "../cli/run.ts";
import { assert, axis, evenly, none, refuses, temporaryFolder, test, throws } from "../harness.ts";

const { folder, at } = temporaryFolder(test);

function rain(seed: number, members?: number): Field {
  const [days, side] = [6, 8];
  const lead = members === undefined ? [] : [members];
  const count = days * (members ?? 1) * side * side;
  return new Field({
    name: "pr",
    dims: ["time", ...(members === undefined ? [] : ["realization"]), "lat", "lon"],
    shape: [days, ...lead, side, side],
    values: Float32Array.from(rng(seed).normal(new Float32Array(count)), (z) => Math.max(0, 5 * z)),
    units: "mm",
    attributes: { long_name: 'rain & "snow" <daily>', standard_name: "lwe_thickness_of_precipitation_amount" },
    coordinates: [
      axis("time", evenly(days), { units: "days since 2003-06-01" }),
      ...["lat", "lon"].map((name) =>
        axis(name, evenly(side, 40), { units: name === "lat" ? "degrees_north" : "degrees_east" }),
      ),
    ],
  });
}

const [forecast, truth] = [rain(1, 3), rain(2)];
const verification = await verify(forecast, truth, { bootstrap: { seed: 1, draws: 100 }, seed: 1, spectrum: true });
const page = await ensemblePage(forecast, { truth, verification, times: 4 });

test("a single map has the name of what it shows", async () => {
  const shape = [1, 2, 2];
  const field = new Field({ name: "pr", dims: ["time", "y", "x"], shape, values: Float32Array.of(0, 1, 2, 3) });
  const { svg, alt } = await fieldMaps(lazyField(field)).draw(0, { members: 1 });
  assert.is(alt, "Map of the only time: pr; largest value 3 ");
  assert.match(svg, />pr</);
});

test("a sum has the colours of its mean rate, whether it took five minutes or a month", async () => {
  const lowest = async (units: string, seconds: number | undefined, count = 1) => {
    const minutes = (seconds ?? 0) / 60;
    const time = {
      ...{ name: "time", dims: ["time"], attributes: { units: "minutes since 2003-06-01" } },
      values: Float64Array.from({ length: count }, (_, i) => i * minutes),
      ...(seconds !== undefined && count === 1 && { bounds: Float64Array.of(-minutes, 0) }),
    };
    const values = new Float32Array(4 * count).fill(1);
    const shape = [count, 2, 2];
    const field = new Field({ name: "pr", dims: ["time", "y", "x"], shape, values, units, coordinates: [time] });
    const { scale } = await fieldMaps(lazyField(field)).maps(0, { members: 1 });
    return scale.kind === "steps" ? scale.edges[0] : undefined;
  };
  // The lowest step is 0.1 mm/h, over half a day or more 0.5 mm/day; the nearest of 1, 2, 5.
  // biome-ignore format: a table
  const rows = [
    ["mm", 300, 0.01], ["mm", 3600, 0.1], ["mm", 3 * 3600, 0.2], ["mm", 86_400, 0.5], ["kg m-2", 86_400, 0.5],
    ["mm", 30 * 86_400, 20], ["mm", undefined, 0.5], ["mm h-1", 300, 0.1], ["mm h-1", 86_400, 0.02],
    ["mm h-1", undefined, 0.1], ["kg m-2 s-1", 86_400, 0.5], ["kg m-2 s-1", 3600, 2], ["mm day-1", undefined, 0.5],
  ] as const;
  for (const [units, seconds, expected] of rows)
    assert.is(await lowest(units, seconds), expected, `${units}, ${seconds} s`);
  // Without bounds the spacing of even times tells.
  assert.is(await lowest("mm", 300, 3), 0.01);
});

test("the band of the rank histogram counts independent ranks, and the page says so", async () => {
  const svg = await ranksFigure(verification);
  const few = verification.rankFlatness!.ranks;
  assert.is(few, 6);
  const counts = verification.scores.rankHistogram.map((share) => share * few);
  assert.is(svg, await rankFigure({ counts, title: "Ranks of the truth" }));
  assert.ok(page.includes("The grey band holds 95 % of its bars, counting 6 independent ranks, one a map."));
});

test("a page loads nothing: every source and link is data or a place on it", () => {
  const links = [...page.matchAll(/(?:src|href)="([^"]{0,30})/g)].map(([, link]) => link!);
  assert.ok(links.length > 10);
  none(links, (link) => !/^(?:data:|#)/.test(link));
  assert.not.match(page, /@import|url\(|fetch\(|XMLHttpRequest/);
});

test("every picture says what it shows, every slider has a name, headings are anchors once", () => {
  const images = page.match(/<img [^>]*>/g)!;
  assert.ok(images.length >= 4 + 6);
  for (const image of images) assert.match(image, /alt="[^"]{10,}"/);
  for (const [name, words, most] of [
    ["time", "time", 3],
    ["member", "member", 2],
    ["x", "cursor, lon \\(°E\\)", 7],
    ["y", "cursor, lat \\(°N\\)", 7],
  ])
    assert.match(
      page,
      new RegExp(
        `<label for="maps-1-${name}">${words}</label> <input id="maps-1-${name}"[^>]* type="range" min="0" max="${most}"`,
      ),
    );
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.is(new Set(ids).size, ids.length);
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.includes(target), target);
});

test("texts of files are shown as texts, and the scores stand in the table and in full in the CSV", () => {
  assert.match(page, /<h1>rain &#38; &#34;snow&#34; &#60;daily&#62;<\/h1>/);
  assert.not.match(page, /<daily>/);
  const csv = Buffer.from(/text\/csv;charset=utf-8;base64,([^"]+)/.exec(page)![1]!, "base64").toString("utf8");
  assert.ok(csv.includes(`all,crps,${verification.scores.crps},`));
  assert.match(page, />crps<\/th><td class="number">/);
});

test("a training's page draws its loss and lists its options; too short a one is refused", async () => {
  const run = await createRun({
    ...{ root: at("runs"), name: "train", options: { steps: 3, unit: 0.3 } },
    ...{ seed: 0, device: "cpu", precision: "float64" },
  });
  // Judgements are lines of their own: of block means, and of pairs with several targets.
  await run.log({ step: 1, validation: { crps: 0.5, spreadSkill: 1.2 } });
  await run.log({ step: 2, validation: { crps: 0.3, spreadSkill: null } });
  for (const [step, crps] of [
    [1, 2],
    [2, 1],
  ])
    await run.log({ step, validation: { score: crps! / 4, targets: [{ name: "pr", crps, spreadSkill: 1 }] } });
  await run.log({ step: 1, loss: 0.9, "loss σ<0.7": 0.8, "loss σ≥0.7": 1 });
  await refuses(trainingPage(run.directory), /fewer than two steps/, DomainError);
  await run.log({ step: 2, loss: 0.4, "loss σ<0.7": 0.3, "loss σ≥0.7": 0.5 });
  const html = await trainingPage(run.directory);
  assert.match(html, /2 steps; the loss went from 0.9 to 0.4/);
  assert.match(html, /<h2 id="held-out-times">/);
  assert.match(html, /alt="Curves over steps: validation crps from 0.5 to 0.3"/);
  assert.match(html, /alt="Curves over steps: validation pr crps from 2 to 1"/);
  // Losses by noise level, as trainings call them, share a picture.
  assert.match(html, /alt="Curves over steps: loss σ&#60;0.7 from 0.8 to 0.3; loss σ≥0.7 from 1 to 0.5"/);
  assert.not.match(html, /Other metrics/);
  assert.match(html, /<dt>unit<\/dt><dd>0.3<\/dd>/);
});

test("a solve's page has the typeset problem, true solution, error, points round by round, and settings", async () => {
  const bump = pde({
    name: "bump",
    domain: { x: [-1, 1], y: [-1, 1] },
    equations: "-lap(u) = source",
    manufactured: "exp(-4*(x^2+y^2))",
    conditions: "exact",
  });
  const small = {
    network: mlp({ depth: 1, width: 6 }),
    sampler: uniform(),
    points: 60,
    boundaryPoints: 20,
    stepsPerRound: 2,
  };
  const solution = await solve(bump, { ...small, budget: { steps: 8 }, runs: at("solves"), checkpointEvery: 1 });
  await solution.dispose();
  const html = await solutionPage(solution.run!);
  assert.match(html, /<math [^>]*><mtable/);
  assert.match(html, /The error was not estimated\. Status budget after /);
  assert.match(html, /<summary>As text<\/summary><pre>bump: u\(x, y\) on x ∈ \[−1, 1\]/);
  assert.match(html, /alt="Maps of u beside the true solution; largest error [\d.e−]+"/);
  assert.match(html, /alt="Residual over seconds, from [\d.]+ to [\d.]+ in 4 rounds"/);
  assert.is(html.match(/<figure data-label="round \d+"/g)!.length, 4);
  assert.match(html, / 60 collocation points/);
  assert.match(html, /<dt>budget<\/dt><dd>steps 8<\/dd>/);
  assert.match(html, /<dt>network<\/dt><dd>kind mlp, width 6, depth 1/);
  await refuses(solutionPage(folder), /holds no solution/, FormatError);
  await mongeDone("report", solution.run!, "-o", at("solve.html"));
  assert.match(readFileSync(at("solve.html"), "utf8"), /<h1>Solution of bump<\/h1>/);
});

test("pictures without words and pages without sections are refused", () => {
  const picture = { kind: "picture", svg: "<svg></svg>", alt: " " } as const;
  throws(() => htmlPage({ title: "x", sections: [{ heading: "a", parts: [picture] }] }), OptionsError, /no alt text/);
  assert.throws(() => htmlPage({ title: "x", sections: [] }), /at least one section/);
});

test("monge report writes the page of two files, and refuses another ending before it reads", async () => {
  await writeField(at("forecast.nc"), forecast);
  await writeField(at("truth.nc"), truth);
  await mongeDone("report", at("forecast.nc"), "--truth", at("truth.nc"), "-o", at("judged.html"));
  const judged = readFileSync(at("judged.html"), "utf8");
  const headings = [...judged.matchAll(/<h2 id="[^"]*">([^<]*)/g)].map(([, heading]) => heading);
  assert.equal(headings.slice(0, 5), ["In short", "Maps", "How good it is", "Diagrams", "All scores"]);
  assert.match(judged, /The CRPS, the error of the whole ensemble, is [\d.]+ mm/);
  const moved = ["--truth", at("truth.nc"), "--transport", "500", "-o", at("moved.html")];
  await mongeDone("report", at("forecast.nc"), ...moved);
  assert.match(
    readFileSync(at("moved.html"), "utf8"),
    /<h2 id="rain-moved-by-transport">.*alt="Arrows from forecast rain to observed rain of 2003-06-0\d[^"]*: moved [\d.]+ km on average/,
  );
  const changes = ["--truth", at("truth.nc"), "--change", "2003-06-01:2003-06-03,2003-06-04:", "-o", at("change.html")];
  await mongeDone("report", at("forecast.nc"), ...changes);
  const text = readFileSync(at("change.html"), "utf8");
  assert.match(
    text,
    /<dt>earlier period<\/dt><dd>2003-06-01T00:00:00 to 2003-06-03T00:00:00: 3 common times, 100.0 % of/,
  );
  assert.match(text, /<th scope="row">wetFrequency<\/th><td class="number">0\.\d+<\/td>.*download="change.csv"/);
  assert.not.match(text, /How good it is/);
  await mongeRefused(
    /--output is .*page.pdf; expected a name that ends in .html/,
    "report",
    at("none.nc"),
    "-o",
    at("page.pdf"),
  );
  const again = await mongeHere("report", at("forecast.nc"), "-o", at("judged.html"));
  assert.match(oneLine(again.stderr), /--overwrite/);
});

test("monge report brings a field to the truth's grid by the rule that is asked for, and refuses another grid without it", async () => {
  const coarse = coarsen(truth, 2);
  for (const [name, field] of [
    ["members", forecast],
    ["coarse", coarse],
  ] as const)
    await writeField(at(`${name}.nc`), field);
  const judged = ["report", at("members.nc"), "--truth", at("coarse.nc"), "-o", at("coarse.html")];
  await mongeRefused(/as lat of the truth.*--regrid conservative/, ...judged);
  await mongeDone(...judged, "--regrid", "conservative");
  const csv = /text\/csv;charset=utf-8;base64,([^"]+)/.exec(readFileSync(at("coarse.html"), "utf8"))![1]!;
  const crps = Number(/^all,crps,([^,]+)/m.exec(Buffer.from(csv, "base64").toString("utf8"))![1]);
  const onGrid = regrid(forecast, gridOf(coarse), { method: "conservative" });
  const { scores } = await verify(onGrid, coarse, { seed: 0 });
  assert.ok(Math.abs(crps / scores.crps - 1) < 1e-9, `${crps}, ${scores.crps}`);
});

test.run();

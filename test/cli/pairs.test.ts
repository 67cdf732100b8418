import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { leftOut } from "../../cli/train/run.ts";
import { train } from "../../generative/index.ts";
import { readField, writeField } from "../../io/index.ts";
import { days, fieldOf, steps } from "../generative/fields-for-tests.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { line, mongeDone, mongeHere, mongeRefused, oneLine, words } from "./run.ts";

const { at } = temporaryFolder(test);
const [fine, coarse, dem, runs] = [at("fine.nc"), at("coarse.nc"), at("dem.nc"), at("runs")];
const time = days(20);
const wave = (t: number, y: number, x: number) => Math.max(0, 4 * Math.sin(t + y + x / 2) + 1);
const rain = { name: "pr", units: "mm", standardName: "lwe_thickness_of_precipitation_amount", time };

test.before(async () => {
  const [lat, lon] = [steps(40, 0.5, 8), steps(0, 0.5, 8)];
  await writeField(fine, fieldOf({ ...rain, lat, lon, value: wave }));
  const wide = { lat: steps(39, 2.1, 4), lon: steps(-1, 2.1, 4) };
  await writeField(coarse, fieldOf({ ...rain, ...wide, value: (t, y, x) => 1.3 * wave(t, y, x) }));
  const place = { lat: steps(39, 0.25, 24), lon: steps(-1, 0.25, 24) };
  await writeField(
    dem,
    fieldOf({ name: "z", units: "m", ...place, value: (_, y, x) => 100 * Math.abs(Math.sin(y * x)) }),
  );
});

const sizes = ["--channels", "8", "--batch", "2", "--steps", "4", "--threads", "1"];

test("images that are left out are counted by the rule that left them out: a cap only where one was given", () => {
  const dropped = { empty: 0, dry: 37, clutter: 0, surplus: 88, drier: 88 };
  const drier = "88 drier ones, of which a fifth of the images is taken";
  assert.equal(leftOut(dropped, undefined), ["37 dry", drier]);
  assert.equal(leftOut({ ...dropped, surplus: 100 }, 50), ["37 dry", "12 beyond --cap 50", drier]);
});

test("pairs are trained on and drawn from by naming files and variables", async () => {
  const pairs = ["--fine", `${fine}:pr`, "--coarse", coarse, "--static", `${dem}:z`, "--context", "season"];
  const judged = ["--validate", "#15:20", "--set", "validation.every=2"];
  const trained = await mongeDone("train", ...pairs, ...judged, ...sizes, "--out", runs, "--json");
  const { status, best, model } = JSON.parse(trained.stdout);
  assert.is(status, "finished");
  assert.ok(best.step === 2 || best.step === 4);
  assert.is(model, join(runs, "00001-train", "model.safetensors"));
  assert.match(oneLine(trained.stderr), /from pr \(coarse, mm\), z \(static, m\), season cosine \(context/);
  assert.match(trained.stderr, /makes pr \(mm\), learned as rain: ln\(1 \+ pr\/[\d.]+ mm\), dry below 0\.1 mm\n/);
  assert.match(trained.stderr, /of these as rain: pr; all others as they are\n/);
  const draw = ["downscale", runs, coarse, "-o", at("out.nc"), ...words("--members 2 --evaluations 2 --time #0:3")];
  await mongeRefused(/\bz\b/, ...draw);
  await mongeDone(...draw, "--static", dem);
  const { shape, units, coordinates } = await readField(at("out.nc"));
  assert.equal(shape, [3, 2, 8, 8]);
  assert.is(units, "mm");
  assert.ok(coordinates.some(({ name, bounds }) => name === "time" && bounds !== undefined));
});

test("a model trained on pairs says what it is, and how many evaluations it is drawn by", async () => {
  const told = await mongeDone("info", runs);
  assert.match(
    told.stdout,
    /makes +pr \(mm\)\nparameters +\d+\ndrawn by +16 evaluations a member\ntrained +4 steps\ncoarse +pr/,
  );
  assert.match(told.stdout, /learned +pr as rain: ln\(1 \+ pr\/[\d.]+ mm\), dry below 0\.1 mm\n/);
  const json = await mongeHere("info", runs, "--json");
  assert.is(JSON.parse(json.stdout).format, "monge-model");
});

test("a model learns from observations alone, and corrects the climate model whose past it is told", async () => {
  const folder = at("correct");
  const learn = ["train", "--fine", `${fine}:pr`, ...sizes, "--out", folder];
  const trained = await mongeDone(...learn, "--correct", `${coarse}:pr`);
  assert.match(oneLine(trained.stderr), /varies as --fine does over 2 x 2 cells: that is --factor/);
  const draw = ["downscale", folder, coarse, "-o", at("corrected.nc"), "--members", "2", "--evaluations", "2"];
  await mongeRefused(/trained to correct; give --past/, ...draw);
  await mongeDone(...draw, "--past", coarse);
  assert.equal((await readField(at("corrected.nc"))).shape, [20, 2, 8, 8]);
  const both = await mongeHere(...learn, "--coarse", coarse, "--correct");
  assert.match(oneLine(both.stderr), /learns from observations alone; leave --coarse out/);
});

test("a run that is gone on with has its own number of steps, and says which covariates to draw with", async () => {
  const cut = new AbortController();
  const data = { fine: `${fine}:pr`, coarse, static: `${dem}:z` };
  const small = { network: { baseChannels: 8 }, batch: 2, steps: 4, threads: 1, out: at("cut") };
  const { run } = await train(data, { ...small, signal: cut.signal, onStart: () => cut.abort() });
  const ended = await mongeDone("train", "--resume", run!, "--json");
  const { step, steps } = JSON.parse(ended.stdout);
  assert.equal([step, steps], [4, 4]);
  assert.match(oneLine(ended.stderr), /next: monge downscale \S+ INPUT --static FILE:z -o out\.nc/);
  const wider = ["--fine", `${fine}:pr`, "--coarse", coarse, "--static", `${dem}:z`, ...sizes, "--channels", "16"];
  await mongeRefused(/"baseChannels":16.*leave --channels out/, "train", ...wider, "--start", run!, "--out", at("cut"));
});

test("a dry run tells what would be done, and writes nothing", async () => {
  const plan = await mongeDone("train", "--fine", `${fine}:pr`, "--coarse", coarse, "--dry-run", "--out", at("none"));
  const { data: pairs, choices, recipe } = JSON.parse(plan.stdout);
  assert.equal([recipe.steps, recipe.batch, recipe.regrid, recipe.symmetries], [2000, 16, "bilinear", null]);
  assert.equal(pairs, { fine: [`${fine}:pr`], coarse: [coarse], with: [], static: [], context: [] });
  assert.is(choices.out, at("none"));
});

test("what is refused leaves no folder, and is named by its flag", async () => {
  const pairs = ["train", "--fine", `${fine}:pr`, "--coarse", coarse, ...sizes];
  await mongeRefused(/--validate: .*2010/, ...pairs, "--validate", "2010:2010", "--out", at("refused"));
  await mongeDone(...pairs, "--context", "position", "--out", at("first"));
  const start = ["--start", at("first"), "--out", at("refused")];
  await mongeRefused(
    /--context is season, the model to start from has position; leave it out/,
    ...line`${pairs} --context season ${start}`,
  );
  await mongeRefused(/leave --channels out/, ...pairs, "--context", "position", "--channels", "16", ...start);
  assert.not.ok(existsSync(at("refused")) && readdirSync(at("refused")).length > 0);
  const [lat, lon] = [steps(39, 2.1, 4), steps(-1, 2.1, 4)];
  await writeField(at("warm.nc"), fieldOf({ ...rain, units: "K", lat, lon, value: () => 280 }));
  await mongeRefused(
    /it may be precipitation: its standard_name is ".*", but its units are "K"/,
    ...line`train --fine ${fine}:pr --coarse ${at("warm.nc")} ${sizes} --out ${at("refused")}`,
  );
  const picture = ["-o", at("shown.nc"), ...words("--members 2 --evaluations 2 --time #0:1 --figure"), at("shown.svg")];
  await mongeDone("downscale", at("first"), coarse, ...picture);
  assert.match(readFileSync(at("shown.svg"), "utf8"), /pr, \d{4}-\d\d-\d\d/);
});

test.run();

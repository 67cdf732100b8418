/** No command writes over a file that one of its options names, whatever the option is. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { buildProgram } from "../../cli/program.ts";
import { inputsNamed } from "../../cli/shell/named-inputs.ts";
import { coarsen, writeNetcdf } from "../../io/index.ts";
import { assert, equalBy, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { mongeDone, mongeHere, oneLine } from "./run.ts";

const { at } = temporaryFolder(test);

test.before(async () => {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 4, units: "mm", size: 16 });
  await writeNetcdf(at("coarse.nc"), coarsen(fine, 2));
});

/** Options that name what is written, and are refused where they meet an input. */
const written: Readonly<Record<string, readonly string[]>> = {
  convert: ["output"],
  demo: ["out"],
  doctor: ["out"],
  downscale: ["output", "figure"],
  merge: ["output"],
  new: ["output"],
  plan: ["output"],
  report: ["output"],
  solve: ["output", "out", "figure", "curves"],
  train: ["out"],
  verify: ["output", "figures", "stationScores"],
};

test("a file that any option of a command that writes names counts as its input, but for the options of outputs", async () => {
  writeFileSync(at("some.file"), "");
  const { commands } = await buildProgram();
  let options = 0;
  for (const command of commands.filter((one) => one.name() in written)) {
    for (const option of command.options) {
      if (!(option.required || option.optional) || option.argChoices !== undefined) continue;
      const isOutput = written[command.name()]!.includes(option.attributeName());
      for (const words of [
        [option.long!, at("some.file")],
        [`${option.long}=${at("some.file")}:pr`],
        [option.long!, `16km,${at("some.file")}`],
        [option.long!, at("some.f*")],
      ]) {
        const found = await inputsNamed(command, words);
        assert.is(found.includes(at("some.file")), !isOutput, `${command.name()} ${words.join(" ")}`);
      }
      options++;
    }
  }
  assert.ok(options > 100, `${options} options`);
  const others = commands.filter((one) => !(one.name() in written));
  const unknown = others.flatMap((one) => one.options.filter(({ long }) => /out|figure|curves/.test(long ?? "")));
  equalBy(unknown, ({ long }) => long, []);
});

const square = JSON.stringify({
  type: "Polygon",
  coordinates: [
    [
      [1, 1],
      [9, 1],
      [9, 9],
      [1, 9],
      [1, 1],
    ],
  ],
});
const points = "x,t\n0.1,0.2\n";
const quiet = '{ "quiet": true }';
const stations = "id,longitude,latitude,time,pr [mm],tas [K]\na,3,3,2020-01-01,1,280\na,3,3,2020-01-02,2,281\n";

/** A command that writes a file and reads it by an option, and what the file holds. */
const roads: readonly (readonly [name: string, holds: string, words: (path: string) => readonly string[]])[] = [
  ["points.csv", points, (p) => ["solve", "example:burgers", "-o", p, "--at", p, "--steps", "2"]],
  ["options.vtu", quiet, (p) => ["solve", "example:burgers", "-o", p, "--config", p, "--steps", "2"]],
  ["figure.svg", quiet, (p) => ["solve", "example:burgers", "--figure", p, "--config", p, "--steps", "2"]],
  ["areas.csv", square, (p) => ["convert", at("fine.nc"), "-o", p, "--areas", p]],
  ["options.nc", quiet, (p) => ["convert", at("fine.nc"), "-o", p, "--config", p]],
  [
    "areas.csv",
    square,
    (p) => ["verify", at("fine.nc"), at("fine.nc"), "--areas", `4km,${p}`, "-o", p, "--draws", "0"],
  ],
  ["options.csv", quiet, (p) => ["verify", at("fine.nc"), at("fine.nc"), "--config", p, "-o", p, "--draws", "0"]],
  ["gauges.csv", stations, (p) => ["verify", `${at("fine.nc")}:pr,pr`, "--stations", `${p}:pr,tas`, "-o", p]],
  ["areas.html", square, (p) => ["report", at("fine.nc"), "--areas", p, "-o", p, "--times", "1"]],
  ["options.html", '{ "times": 1 }', (p) => ["report", at("fine.nc"), "--config", p, "-o", p]],
  [
    "options.nc",
    quiet,
    (p) => ["downscale", "--method", "bilinear", "--factor", "2", at("coarse.nc"), "-o", p, "--config", p],
  ],
  ["problem.json", quiet, (p) => ["new", "problem", "-o", p, "--config", p]],
  ["radar.nc", quiet, (p) => ["demo", "--out", at("."), "--config", p]],
];

test("a file that is read as areas, points, options or stations is not replaced with --overwrite", async () => {
  for (const [name, holds, words] of roads) {
    const path = at(name);
    writeFileSync(path, holds);
    const line = [...words(path), "--overwrite"];
    const { status, stderr } = await mongeHere(...line);
    assert.is(readFileSync(path, "utf8"), holds, line.join(" "));
    assert.is(status, 2, `${line.join(" ")}\n${stderr}`);
    assert.match(oneLine(stderr), /an input or belongs to one, and is not written over; name another/, line.join(" "));
  }
});

test("a file of a year that another option names is not replaced", async () => {
  mkdirSync(at("years"));
  await writeNetcdf(
    at("years/o_2020.nc"),
    await writeSyntheticRain(at("years/other.nc"), { days: 4, units: "mm", size: 16 }),
  );
  const before = readFileSync(at("years/o_2020.nc"));
  const line = ["downscale", "--method", "bilinear", at("coarse.nc"), "--grid", at("years/o_2020.nc")];
  const { status, stderr } = await mongeHere(...line, "-o", at("years/o_{year}.nc"), "--overwrite");
  assert.is(status, 2, stderr);
  assert.equal(readFileSync(at("years/o_2020.nc")), before);
  assert.equal(readdirSync(at("years")).sort(), ["o_2020.nc", "other.nc"]);
});

test("what one command reads may be written by the next", async () => {
  writeFileSync(at("square.json"), square);
  await mongeDone("convert", at("fine.nc"), "-o", at("means.csv"), "--areas", at("square.json"));
  await mongeDone("new", "problem", "-o", at("square.json"), "--overwrite");
});

test.run();

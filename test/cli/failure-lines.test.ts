/** Errors on the command line: what, where and what to do, each on a line, with the flag, and no word of the library's lost. */
import { mkdirSync, writeFileSync } from "node:fs";
import { failureParts, usageParts } from "../../cli/shell/failure-lines.ts";
import { Field, writeField } from "../../io/index.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { mongeHere } from "./run.ts";

const { folder, at } = temporaryFolder(test);

const axis = (name: string, units: string, n: number) => ({
  ...{ name, dims: [name], values: Float64Array.from({ length: n }, (_, i) => i), attributes: { units } },
});
const rain = (units: string) =>
  new Field({
    ...{ name: "pr", dims: ["time", "lat", "lon"], shape: [3, 4, 4], values: new Float32Array(48).fill(1), units },
    coordinates: [
      axis("time", "days since 2003-01-01", 3),
      axis("lat", "degrees_north", 4),
      axis("lon", "degrees_east", 4),
    ],
  });
const stations = new Field({
  ...{ name: "pr", dims: ["time", "location"], shape: [3, 2], values: new Float32Array(6), units: "mm day-1" },
  coordinates: [axis("time", "days since 2003-01-01", 3)],
});
await writeField(at("mm.nc"), rain("mm"));
await writeField(at("kelvin.nc"), rain("K"));
await writeField(at("stations.nc"), stations);
writeFileSync(at("text.nc"), "no grid");
writeFileSync(at("cut.json"), '{ "name": "m",\n "domain" { } }');
writeFileSync(at("model.safetensors"), "");
mkdirSync(at("runs/00001-train"), { recursive: true });
writeFileSync(at("runs/00001-train/model.safetensors"), "");
writeFileSync(
  at("problem.json"),
  '{"name": "x", "domain": {"x": [0, 1]}, "unknowns": ["u"], "equations": ["u_xx = q"]}',
);

/** Command line, and the three lines with the folder left out. */
const cases: readonly (readonly [args: readonly string[], what: RegExp, where: string, way: RegExp])[] = [
  [["info", at("none.nc")], /^there is no such file$/, "DIR/none.nc", /^check FILE$/],
  [["info", at("text.nc")], /^it begins with "no g"$/, "DIR/text.nc", /^expected NetCDF-3, .*; convert it with/],
  [["verify", at("mm.nc")], /^there is no truth$/, "--stations", /^give one: TRUTH, or --stations FILE$/],
  [["verify", at("mm.nc"), at("kelvin.nc")], /"?K"?/, "monge verify: forecast (DIR/mm.nc, variable pr)", /./],
  [
    ["verify", at("mm.nc"), at("mm.nc"), "--thresholds", "1,x"],
    /^--thresholds is "1,x"$/,
    "--thresholds",
    /^expected numbers such as 1,5,10$/,
  ],
  [["verify", at("mm.nc"), at("mm.nc"), "--thre", "1"], /^unknown option '--thre'$/, "--thre", /^Did you mean/],
  [
    ["verify", at("mm.nc"), at("mm.nc"), "--against", "bilinear"],
    /^--against bilinear is made of the coarse field that was refined$/,
    "--coarse",
    /^give --coarse FILE$/,
  ],
  [
    ["convert", at("mm.nc"), "-o", at("out.nc"), "--to-units", "mm/h"],
    /^cannot turn amount "mm" into rate "mm\/h" without the length of the interval$/,
    "DIR/mm.nc: variable pr",
    /^expected bounds of the time coordinate or --interval, .*--interval time for the spacing of the times$/,
  ],
  [
    ["downscale", "--method", "bilinear", "--factor", "2", at("stations.nc"), "-o", at("out.nc")],
    /^expected y and x as its last dimensions, got time, location$/,
    "input: DIR/stations.nc: variable pr",
    /^a list of places, such as stations, has no maps: give data on a grid$/,
  ],
  [
    ["train", "--data", at("stations.nc"), "--factor", "2", "--out", at("runs")],
    /^expected y and x as its last dimensions, got time, location$/,
    "DIR/stations.nc: variable pr",
    /^a list of places, such as stations, has no maps: give data on a grid$/,
  ],
  [
    ["convert", at("mm.nc"), "-o", at("mm.nc")],
    /^it is an input or belongs to one, and is not written over$/,
    "DIR/mm.nc; --output",
    /^name another file$/,
  ],
  [
    ["convert", at("mm.nc"), "-o", at("out.nc"), "--time", "2031"],
    /^no time from 2031 to 2031$/,
    "DIR/mm.nc: variable pr; --time",
    /^time runs from 2003-01-01/,
  ],
  [
    ["report", at("mm.nc"), "-o", at("page.pdf")],
    /^--output is DIR\/page\.pdf$/,
    "--output",
    /^expected a name that ends in \.html$/,
  ],
  [
    ["train", "--out", at("runs")],
    /^no data are named$/,
    "monge train",
    /^give --fine and --coarse \(two data sets\), or --data \(one\)$/,
  ],
  [["convert", at("mm.nc"), at("out.nc")], /^--output is missing$/, "--output", /^give -o <file>$/],
  [
    ["downscale", "--model", at("kelvin.nc"), at("mm.nc"), "-o", at("out.nc")],
    /^it is a NetCDF-4 or HDF5 file, and no model$/,
    "DIR/kelvin.nc",
    /^name a model\.safetensors$/,
  ],
  [
    ["downscale", at("mine"), at("mm.nc"), "-o", at("out.nc")],
    /^there is no such model$/,
    "DIR/mine; --model",
    /^DIR has model\.safetensors, runs$/,
  ],
  [
    ["convert", at("mm.nc"), "-o", at("out.nc"), "--to-units", "K"],
    /^"K" is no unit of precipitation, and no other is converted$/,
    "monge convert",
    /^expected precipitation units such as mm\/day/,
  ],
  [
    ["convert", `${at("mm.nc")}:pr`, "-o", at("out.nc"), "--variable", "tas"],
    /^the variables tas and pr are named$/,
    "DIR/mm.nc:pr; --variable",
    /^expected one$/,
  ],
  [
    ["solve", at("cut.json")],
    /^no JSON at line 2, column 11: "\{" is not expected here$/,
    "DIR/cut.json",
    /^correct it there$/,
  ],
  ...(
    [
      ["convert", "--units", "--assume-units, of what comes in, or --to-units, of what comes out"],
      ["convert", "--stated-units", "--assume-units"],
      ["solve", "--nc", "-o FILE.nc"],
      ["verify", "--csv", "-o FILE.csv"],
      ["downscale", "--png", "--figure"],
      ["doctor", "--folder", "--out"],
    ] as const
  ).map(
    ([command, former, flag]) =>
      [
        [command, ...(command === "convert" || command === "downscale" ? ["-o", at("out.nc")] : []), former, "x"],
        new RegExp(`^unknown option '${former}'$`),
        former,
        new RegExp(`^Did you mean ${flag}\\?$`),
      ] as const,
  ),
  [["solve", "example:peakk"], /^there is no example "peakk"$/, "monge solve", /^there are peak, poisson/],
  [["distance", at("mm.nc"), at("mm.nc"), "--p", "0.5"], /^--p is 0\.5$/, "monge distance", /^it starts at 1$/],
];

for (const [args, what, where, way] of cases) {
  test(`monge ${args.map((arg) => arg.replace(`${folder}/`, "")).join(" ")}: fails in three lines`, async () => {
    const { status, stderr, stdout } = await mongeHere(...args);
    assert.ok(status === 1 || status === 2, stderr);
    assert.is(stdout, "");
    const lines = stderr.replaceAll(folder, "DIR").trimEnd().split("\n");
    assert.is(lines.length, 3, stderr);
    assert.match(lines[0]!.replace(/^monge: /, ""), what);
    assert.is(lines[1], `  where  ${where}`);
    assert.ok(lines[2]!.startsWith("  to do  "), stderr);
    assert.match(lines[2]!.slice(9), way);
  });
}

test("an equation that is wrong is shown below its place, the caret under the letter", async () => {
  const { status, stderr } = await mongeHere("solve", at("problem.json"));
  assert.is(status, 2);
  assert.match(
    stderr.replaceAll(folder, "DIR"),
    /^monge: "q" is unknown\n {2}where {2}DIR\/problem\.json: equations\n {11}u_xx = q\n {18}\^\n {2}to do {2}known are x/,
  );
});

test("with --json an error is also a document on standard output, with its kind, flag and exit status", async () => {
  const { status, stdout, stderr } = await mongeHere("distance", at("mm.nc"), at("mm.nc"), "--p", "0.5", "--json");
  const { error } = JSON.parse(stdout);
  assert.equal([error.kind, error.option, error.what, error.exitCode], ["options", "--p", "--p is 0.5", status]);
  assert.match(stderr, `monge: ${error.what}\n  where  ${error.where}\n  to do  ${error.way}`);
  const wrong = await mongeHere("distance", at("mm.nc"), at("mm.nc"), "--json", "--pp", "1");
  assert.is(wrong.status, 2);
  assert.match(JSON.parse(wrong.stdout).error.what, "unknown option '--pp'");
});

test("every word of a message stands in one of the parts, in order, whatever brackets, quotes and paths hold", () => {
  const messages = [
    "/tmp/a.zarr: chunk 0.0 of variable pr cannot be read (/tmp/a.zarr/c is a link; allow it: `allowExternal: true`); fetch it again",
    'a b; c: d.nc: variable pr: time is [2,9]; expected [from, to) with 0 <= from < to <= 3; it has "x; y"',
    "where is the result to lie? Give `grid`, or `factor`",
    "train: coarse (/tmp/warm.nc, variable pr): its units are K; state the right ones",
    'p.json: a ")" is missing here; close it',
    String.raw`p.json: no JSON at line 2: "\"" is not expected here; correct it there`,
  ];
  for (const message of messages) {
    const path = message.startsWith("a b") ? "a b; c: d.nc" : undefined;
    const { what, places, way } = failureParts(message, path);
    assert.is([...places, what].join(": ") + (way ? `; ${way}` : ""), message);
    if (path) assert.equal(places, [path, "variable pr"]);
  }
  assert.is(failureParts(messages[0]!).way, "fetch it again");
  assert.equal(
    messages.slice(4).map((message) => failureParts(message).way),
    ["close it", "correct it there"],
  );
  assert.equal(failureParts(messages[3]!).places, ["train", "coarse (/tmp/warm.nc, variable pr)"]);
  assert.equal(usageParts("error: unknown command 'x'\n"), {
    what: "unknown command 'x'",
    where: "x",
    way: "see --help",
  });
});

test.run();

/** Errors of the library as the command line says them. */
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { addConvert } from "../../cli/convert/command.ts";
import { addDownscale } from "../../cli/downscale/command.ts";
import { asJson, flagOf, withFlags } from "../../cli/shell/flag-names.ts";
import { guardNames, guards, withPlainForce } from "../../cli/shell/read-options.ts";
import { addSolve, methodNames } from "../../cli/solve/command.ts";
import { guardNames as library } from "../../generative/model/index.ts";
import { networkChoices } from "../../solvers/network/index.ts";
import { optimizerNames } from "../../solvers/optimizer/index.ts";
import { namesOnCells, samplerNames } from "../../solvers/sampler/index.ts";
import { assert, test } from "../harness.ts";

const program = new Command();
addConvert(program);
addDownscale(program);
addSolve(program);
const [convert, downscale, solving] = ["convert", "downscale", "solve"].map(
  (name) => program.commands.find((c) => c.name() === name)!,
) as [Command, Command, Command];

test("the names of samplers, optimizers and networks on the command line are those of the library's tables", () => {
  const { samplers, onCells, optimizers, networks } = methodNames;
  assert.equal([samplers, onCells, optimizers, networks], [samplerNames, namesOnCells, optimizerNames, networkChoices]);
});

test("options as code become the flags of the command that was run, with the value as one types it", () => {
  const cases: readonly (readonly [Command, message: string, expected: string, option?: string])[] = [
    [convert, 'state `units: "mm"`, and', "state --assume-units mm, and"],
    [convert, "state them (`units`) instead", "state them (--assume-units) instead"],
    [downscale, "state them (`units`) instead", "state them (--assume-units) instead"],
    [convert, 'or `interval: "time"` for', "or --interval time for"],
    [convert, "expected bounds or `interval`, the seconds", "expected bounds or --interval, the seconds"],
    [convert, 'say `resets: "never"`, or', "say --resets never, or"],
    [convert, '`start: "drop"` to leave', "--accumulated drop to leave"],
    [convert, "by `tolerance: 0.04` and `clamp: true`", "by --tolerance 0.04 and --clip-negative"],
    [convert, "`override: true` writes", "--override writes"],
    [convert, 'state one with `epsg: CODE`, or `epsg: "none"`', "state one with --epsg CODE, or --epsg none"],
    [convert, "it may be replaced (`overwrite`)", "it may be replaced (--overwrite)"],
    [downscale, 'fill the gap, or pass `missing: "propagate"`', "fill the gap, or pass --missing propagate"],
    [
      convert,
      "regrid: minimumValid is 2; expected 0 to 1",
      "regrid: --minimum-valid is 2; expected 0 to 1",
      "minimumValid",
    ],
    [downscale, '`force: ["range", "season"]` goes on', "--force range,season goes on"],
    [downscale, "of them with `deaccumulate`; else", "of them with `monge convert --accumulated`; else"],
    [downscale, "choose one position with `isel`; or", "choose one position with `ncks -d`; or"],
    [convert, "cut the part out that is sound (`isel`)", "cut the part out that is sound (`ncks -d`)"],
    [downscale, "`override: true` writes the others", "`monge convert --override --to-units` writes the others"],
    [downscale, "say `rain: false`", "say --not-rain"],
    [solving, "say `rain: false`", "say `rain: false`"],
    [downscale, "downscale: method is pc, expected", "downscale: --sampler is pc, expected", "method"],
    [convert, "take the date from names (`timeFromName`)", "take the date from names (--time-from-name)"],
    [
      convert,
      '`cdo remapbil,GRID IN OUT`; write `dtype: "float64"`',
      '`cdo remapbil,GRID IN OUT`; write `dtype: "float64"`',
    ],
    [convert, "its interval is 5; see a.nc", "its interval is 5; see a.nc"],
    [solving, "solve: boundaryPoints is 0, expected", "solve: --boundary-points is 0, expected", "boundaryPoints"],
    [solving, "solve: starts.count is 0, expected", "solve: --starts is 0, expected", "starts.count"],
    [solving, "solve: budget.seconds is NaN, expected", "solve: --seconds is NaN, expected", "budget.seconds"],
    [solving, "adversarial: shape is [0], expected 2", "adversarial: --cells is [0], expected 2", "shape"],
    [solving, "start anew, or lower `checkpointEvery`", "start anew, or lower --checkpoint-every"],
    [solving, "a network that can be periodic; use `mlp()`", "a network that can be periodic; use --network mlp"],
  ];
  for (const [command, message, expected, option] of cases) assert.is(withFlags(message, command, option), expected);
  assert.is(withFlags("`interval`", undefined), "`interval`");
});

test("a plain --force takes no operand for its guards, and named guards stay its value", () => {
  const words = (...of: string[]) => withPlainForce(of).join(" ");
  assert.is(words("downscale", "--force", "runs", "in.nc"), "downscale --force=all runs in.nc");
  assert.is(words("downscale", "runs", "in.nc", "--force"), "downscale runs in.nc --force=all");
  assert.is(words("downscale", "--force", "range,season", "runs"), "downscale --force range,season runs");
  assert.equal(guardNames, library);
  assert.equal([guards("all"), guards("range,season")], [true, ["range", "season"]]);
  assert.throws(() => guards("range,gaps"), /expected all, or some of variable, interval/);
});

test("what a problem lacks is said as the JSON that a file holds", () => {
  assert.is(
    asJson('add dirichlet("u = …", { on: "x" }) or another one, or allow: ["missing-condition"]'),
    'add { "type": "dirichlet", "equation": "u = …", "on": "x" } or another one, or "allow": ["missing-condition"]',
  );
  assert.is(asJson('add initial("u_t = …")'), 'add { "type": "initial", "equation": "u_t = …" }');
  assert.is(asJson('add integrals: [integral("p = 0")]'), 'add "integrals": ["p = 0"]');
});

test("every flag that the translation can name is one that the command has", () => {
  for (const command of [convert, downscale, solving]) {
    const flags = new Set(command!.options.map((o) => o.long));
    for (const name of ["start", "units", "interval", "epsg", "variable", "shape", "folder", "runs"]) {
      const [flag] = /^--[\w-]+/.exec(flagOf(name, command) ?? "") ?? [];
      if (flag) assert.ok(flags.has(flag), flag);
    }
  }
});

/** Options of the library that messages name as code, and that no command sets: each with why no user of one meets it. */
const unspoken: Readonly<Record<string, string>> = {
  allowEmpty: "commands look for missing values themselves",
  bigTiff: "chosen by size",
  chunks: "not asked for",
  crop: "always set",
  dtype: "float64 where values are",
  fillValue: "only for a value that is netCDF's own",
  packing: "not asked for",
  unlimitedTime: "set as the order of dimensions needs",
};

test("messages of what the commands reach name no option as code that is neither translated nor excused", async () => {
  const io = fileURLToPath(new URL("../../io/", import.meta.url));
  const names = new Set<string>();
  for (const file of await readdir(io, { recursive: true })) {
    if (!file.endsWith(".ts")) continue;
    const code = readFileSync(join(io, file), "utf8").replace(/^\s*(\/?\*|\/\/).*$/gm, "");
    for (const [, name] of code.matchAll(/\\?`([a-z]\w+): (?:\\?"[^`]*"|true|false|CODE)\\?`/g)) names.add(name!);
  }
  assert.ok(names.has("units") && names.has("interval"), [...names].join());
  for (const name of names) {
    const translated = flagOf(name, convert) !== undefined;
    assert.ok(translated || name in unspoken, `${name} reaches the command line in the library's words`);
  }
});

/** Options in solvers/ that `monge solve` does not set: each with why no user of it meets their message. */
const unset: Readonly<Record<string, string>> = {
  budget: "its numbers are said one by one",
  growth: "left to the library",
  residualScale: "left to the library",
  warmStart: "left to the library",
  side: "of the library's own calls",
  until: "of the library's own calls",
  weights: "left to the library",
  memory: "optimizers come with their defaults",
  form: "optimizers come with their defaults",
  control: "optimizers come with their defaults",
  stretch: "of random features, which choose it themselves",
  bins: "samplers come with their defaults",
  average: "samplers come with their defaults",
  pool: "samplers come with their defaults",
  method: "chosen by the sampler's name",
  count: "of the library's own calls",
  conditions: "left to the library",
  features: "of random features, which have no command",
};

test("messages of solvers/ name no option that monge solve neither translates nor leaves alone", async () => {
  const solvers = fileURLToPath(new URL("../../solvers/", import.meta.url));
  const names = new Set<string>();
  for (const file of (await readdir(solvers, { recursive: true })).filter((name) => name.endsWith(".ts"))) {
    const code = readFileSync(join(solvers, file), "utf8").replace(/^\s*(\/?\*|\/\/).*$/gm, "");
    for (const [, name] of code.matchAll(/: ([a-z]\w+) is (?:\[|")?\$\{/g)) names.add(name!);
    for (const [, name] of code.matchAll(/fail\("([\w.]+)"/g)) names.add(name!);
    assert.not.match(code, /(?:use|try|take) (?!solve|mlp|sobol|uniform)[a-z]\w*\(\)[;"`]/, file);
  }
  assert.ok(names.has("shape"), [...names].join());
  for (const name of names) {
    const [first] = name.split(".");
    assert.ok(
      flagOf(name, solving)?.startsWith("--") || first! in unset,
      `${name} reaches the command line in the library's words`,
    );
  }
});

test.run();

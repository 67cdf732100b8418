import { spawn, spawnSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { checkFolder, checkOutputs, temporaryNames, tidyFolder } from "../../engine/files/index.ts";
import { coarsen, readField, writeNetcdf } from "../../io/index.ts";
import { assert, none, temporaryFolder, test } from "../harness.ts";
import { skip } from "../io/oracle.ts";
import { writeSyntheticRain } from "./data.ts";
import { commandLine, contents, mongeDone, mongeHere, mongeRefused, oneLine, startMonge, words } from "./run.ts";

const { folder, at } = temporaryFolder(test);
const runs = at("runs");
const quick = ["--evaluations", "2", "--threads", "1", "--members", "1", "--interval", "86400"];

/** A problem that one step is enough for. */
const problem = JSON.stringify({
  name: "line",
  domain: { x: [0, 1] },
  equations: ["u_xx = 0"],
  conditions: [{ type: "dirichlet", equation: "u = x" }],
});
const solveQuick = ["--steps", "1", "--points", "20", "--width", "4", "--depth", "1", "--sampler", "uniform"];

test.before(async () => {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 6, units: "mm" });
  await writeNetcdf(at("coarse.nc"), coarsen(fine, 4));
  writeFileSync(at("problem.json"), problem);
  const sizes = ["--channels", "8", "--batch", "2", "--crop", "16", "--set", "tile=32", "--steps", "2"];
  const data = ["--data", at("fine.nc"), "--interval", "86400", "--threads", "1"];
  await mongeDone("train", ...data, ...sizes, "--out", runs);
});

async function refused(args: readonly string[], pattern: RegExp, status = 2): Promise<void> {
  const before = contents(folder);
  const said = await mongeHere(...args);
  assert.is(said.status, status, `${args.join(" ")}\n${said.stderr}`);
  assert.match(oneLine(said.stderr), pattern);
  assert.equal(contents(folder), before);
}

test("convert --overwrite replaces a Zarr store, and nothing else that is there", async () => {
  const home = at("thesis");
  mkdirSync(home);
  writeFileSync(join(home, "chapter1.tex"), "ten years");
  writeFileSync(at("notes.txt"), "and notes");
  mkdirSync(at("data"));
  await writeNetcdf(at("data/in.nc"), await readField(at("coarse.nc")));
  const zarr = ["--format", "zarr", "--overwrite"];
  await refused(["convert", at("fine.nc"), "-o", home, ...zarr], /thesis.*: it is there and is no Zarr store/);
  await refused(
    ["convert", at("fine.nc"), "-o", at("notes.txt"), ...zarr],
    /notes\.txt.*: it is there and is no Zarr store/,
  );
  await refused(["convert", at("fine.nc"), "-o", at("fine.nc"), ...zarr], /is an input or belongs to one/);
  await refused(["convert", at("data/in.nc"), "-o", at("data"), ...zarr], /holds .*in\.nc/);

  await mongeDone("convert", at("fine.nc"), "-o", at("a.zarr"));
  await refused(["convert", at("fine.nc"), "-o", at("a.zarr")], /it is there already; .*--overwrite/);
  await refused(["convert", at("a.zarr"), "-o", at("a.zarr"), "--overwrite"], /is an input or belongs to one/);
  await refused(["convert", at("a.zarr"), "-o", at("a.zarr/pr/out.nc")], /is in, or holds .*a\.zarr/);
  await mongeDone("convert", at("coarse.nc"), "-o", at("a.zarr"), "--overwrite");
  assert.equal((await readField(at("a.zarr"))).values, (await readField(at("coarse.nc"))).values);
});

test("no command writes over what it reads, be it named by itself, by a symbolic or by a hard link", async () => {
  mkdirSync(at("links"));
  const [model, source] = [join(runs, "00001-train/model.safetensors"), at("coarse.nc")];
  symlinkSync(source, at("links/soft.nc"));
  linkSync(source, at("links/hard.nc"));
  linkSync(at("problem.json"), at("links/problem.nc"));
  linkSync(model, at("links/model.nc"));
  linkSync(source, at("links/hard.png"));
  const again = /is an input or belongs to one, and is not written over; name another/;
  for (const output of [source, at("links/soft.nc"), at("links/hard.nc"), at("links/../coarse.nc")]) {
    await refused(["convert", source, "-o", output, "--overwrite"], again);
    await refused(["downscale", runs, source, "-o", output, ...quick, "--overwrite"], again);
  }
  await refused(["downscale", runs, source, "-o", at("links/model.nc"), ...quick, "--overwrite"], again);
  const png = ["--figure", at("links/hard.png")];
  await refused(["downscale", runs, source, "-o", at("new.nc"), ...png, ...quick, "--overwrite"], again);
  await refused(["solve", at("problem.json"), ...solveQuick, "-o", at("links/problem.nc"), "--overwrite"], again);
});

test("what is there is replaced only with --overwrite, and two outputs are two files, in every command", async () => {
  for (const name of ["old.nc", "old.png", "old.svg", "old.onnx"]) writeFileSync(at(name), "old");
  const [there, twice] = [/it is there already; .*--overwrite/, /is written already; name another/];
  await refused(["convert", at("fine.nc"), "-o", at("old.nc")], there);
  await refused(["downscale", runs, at("coarse.nc"), "-o", at("old.nc"), ...quick], there);
  await refused(["downscale", runs, at("coarse.nc"), "-o", at("n.nc"), "--figure", at("old.png"), ...quick], there);
  for (const written of ["--output old.nc", "--output old.onnx", "--figure old.png", "--curves old.svg"]) {
    const [option, name] = written.split(" ") as [string, string];
    await refused(["solve", at("problem.json"), ...solveQuick, option, at(name)], there);
  }
  await refused(["solve", at("problem.json"), "--figure", at("f.svg"), "--curves", at("links/../f.svg")], twice);
  mkdirSync(at("demo"));
  writeFileSync(at("demo/radar-coarse.nc"), "mine");
  await refused(["demo", "--out", at("demo")], there);
});

test("a folder that is missing, or cannot be written in, is told before the work", async () => {
  const missing = /the folder .*nowhere does not exist; create it first/;
  await refused(["convert", at("fine.nc"), "-o", at("nowhere/a.nc")], missing);
  await refused(["downscale", runs, at("coarse.nc"), "-o", at("nowhere/a.nc"), ...quick], missing);
  await refused(
    ["downscale", runs, at("coarse.nc"), "-o", at("a.nc"), "--figure", at("nowhere/a.png"), ...quick],
    missing,
  );
  for (const written of [
    "--output nowhere/a.nc",
    "--output nowhere/a.onnx",
    "--figure nowhere/a.svg",
    "--curves nowhere/a.svg",
  ]) {
    const [option, name] = written.split(" ") as [string, string];
    await refused(["solve", at("problem.json"), option, at(name)], missing);
  }
  await refused(["train", "--data", at("fine.nc"), "--out", at("problem.json/runs")], /problem\.json is no folder/);
  await refused(["demo", "--out", at("problem.json")], /problem\.json is no folder/);
  if (!mount(at("locked"), "ro,size=1m")) return skip("a disk cannot be mounted here");
  try {
    const locked = /the disk is read-only; choose a folder that you may write in/;
    const before = contents(folder);
    assert.throws(() => checkOutputs([{ path: at("locked/a.nc") }], []), locked);
    assert.throws(() => checkFolder(at("locked/runs")), locked);
    await refused(["convert", at("fine.nc"), "-o", at("locked/a.nc")], locked);
    await refused(["downscale", runs, at("coarse.nc"), "-o", at("locked/a.nc"), ...quick], locked);
    await refused(["train", "--data", at("fine.nc"), "--out", at("locked/runs")], locked);
    assert.equal(contents(folder), before);
  } finally {
    spawnSync("umount", [at("locked")]);
  }
});

function mount(path: string, options: string): boolean {
  mkdirSync(path);
  return spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]).status === 0;
}

test("on a full disk every command names the folder and the way out, and leaves nothing half-written", async () => {
  const disk = at("disk");
  if (!mount(disk, "size=64k")) return skip("a small disk cannot be mounted here");
  const on = (name: string) => join(disk, name);
  try {
    writeFileSync(on("ballast"), new Uint8Array(64 << 10));
    const full = new RegExp(`disk of ${disk}[^ ]* (?:is full|has .* left); free space there, or write elsewhere`);
    const commands: string[][] = [
      ...["a.nc", "a.tif", "a.zarr"].map((name) => {
        const one = name.endsWith("tif") ? ["--time", "0", "--epsg", "none"] : [];
        return ["convert", at("fine.nc"), "-o", on(name), ...one];
      }),
      ["downscale", runs, at("coarse.nc"), "-o", on("a.nc"), ...quick],
      ["downscale", runs, at("coarse.nc"), "-o", on("a.tif"), "--time", "0", "--epsg", "none", ...quick],
      ["solve", at("problem.json"), ...solveQuick, "-o", on("a.nc"), "--grid", "x=9001"],
      ["solve", at("problem.json"), ...solveQuick, "--figure", on("a.svg")],
      ["solve", at("problem.json"), ...solveQuick, "-o", on("a.onnx")],
    ];
    for (const args of commands) {
      await mongeRefused(full, ...args);
      assert.equal(readdirSync(disk), ["ballast"], args.join(" "));
    }
    const train = ["--data", at("fine.nc"), "--interval", "86400", "--threads", "1", "--channels", "8", "--batch", "2"];
    await mongeRefused(full, "train", ...train, ...words("--crop 16 --set tile=32 --steps 2 --out"), on("runs"));
    none(Object.keys(contents(disk)), (path) => /\.tmp$|safetensors$|result\.json$/.test(path));
  } finally {
    spawnSync("umount", [disk]);
  }
});

test("a full folder for unpacking is named, and the file is not called damaged", () => {
  const small = at("small");
  if (!mount(small, "size=16k")) return skip("a small disk cannot be mounted here");
  try {
    writeFileSync(at("fine.nc.gz"), gzipSync(readFileSync(at("fine.nc"))));
    const env = { ...process.env, TMPDIR: small, TSX_DISABLE_CACHE: "1" };
    const said = spawnSync(process.execPath, [...commandLine, "info", at("fine.nc.gz")], { encoding: "utf8", env });
    assert.is(said.status, 2, said.stderr);
    assert.match(
      oneLine(said.stderr),
      new RegExp(`could not be unpacked into ${small}: the disk of ${small} is full; .*TMPDIR`),
    );
    assert.not.match(said.stderr, /fetch it again/);
  } finally {
    spawnSync("umount", [small]);
  }
});

test("standard output that is full is told in a line; a pipe that is closed, or messages that are lost, are no failure", () => {
  if (!existsSync("/dev/full")) return skip("no /dev/full");
  const run = (redirection: string, ...args: string[]) =>
    spawnSync("bash", ["-c", `"$0" "$@" ${redirection}`, process.execPath, ...commandLine, ...args], {
      encoding: "utf8",
    });
  const commands = [["info", at("fine.nc")], ["convert", at("fine.nc"), "-o", at("full-out.nc")], ["--help"]];
  for (const args of commands) {
    const said = run(">/dev/full", ...args);
    assert.is(said.status, 1, `${args} ${said.stderr}`);
    assert.match(oneLine(said.stderr), /monge: standard output could not be written \(ENOSPC\)/);
    assert.not.match(said.stderr, /\n\s+at /);
  }
  assert.ok(existsSync(at("full-out.nc")), "the file is written all the same");
  const silent = run("2>/dev/full", "convert", at("fine.nc"), "-o", at("full-err.nc"));
  assert.equal([silent.status, silent.stdout.trim()], [0, at("full-err.nc")]);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
  const piped = run("| head -c 1; exit ${PIPESTATUS[0]}", "solve", "--list");
  assert.equal([piped.status, piped.stderr], [0, ""]);
});

test("downscale that is interrupted keeps its finished times, bit for bit those of the whole, in a file that says so", async () => {
  const long = [...quick.filter((word) => word !== "2"), ...[]];
  const options = [...long.slice(0, 1), "40", ...long.slice(1), "--seed", "3"];
  const { child, ended } = startMonge("downscale", runs, at("coarse.nc"), "-o", at("cut.nc"), ...options);
  const begun = () => readdirSync(folder).some((name) => name.startsWith(".cut.nc."));
  while (!begun() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGTERM");
  const { code, stderr } = await ended;
  assert.is(code, 143, stderr);
  const [, steps, path] = /the first (\d) of 6 times are kept in (.*)/.exec(stderr) ?? [];
  assert.is(path, at("cut.partial.nc"), stderr);
  assert.match(oneLine(stderr), new RegExp(`--time '#${steps}:6'`));
  assert.not.ok(existsSync(at("cut.nc")));
  await mongeDone("downscale", runs, at("coarse.nc"), "-o", at("cut.nc"), ...options);
  const first = (await readField(at("cut.nc"))).isel({ time: [0, Number(steps)] });
  assert.equal((await readField(at("cut.partial.nc"))).values, first.values);
  const rest = ["--time", `#${steps}:6`, "-o", at("rest.nc")];
  await mongeDone("downscale", runs, at("coarse.nc"), ...rest, ...options);
  const last = (await readField(at("cut.nc"))).isel({ time: [Number(steps), 6] });
  assert.equal((await readField(at("rest.nc"))).values, last.values);
});

/** Names as a process of its own would give them; it has ended, or waits until it is told. */
async function namesOf(name: string, waits = false) {
  const code = `import { temporaryNames } from ${JSON.stringify(new URL("../../engine/files/temporary.ts", import.meta.url).href)};
console.log(JSON.stringify(temporaryNames(${JSON.stringify(name)})));
if (${waits}) process.stdin.resume();`;
  const args = ["--import", "tsx", "--input-type=module", "-e", code];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data))));
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  if (!waits) await ended;
  const end = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { ...(JSON.parse(line) as { fresh: string; aside: string }), end };
}

test("what a dead process left is removed or put back; what lives, or is nobody's, is left", async () => {
  const place = at("tidy");
  mkdirSync(place);
  const [dead, living, own] = [await namesOf("a.nc"), await namesOf("a.nc", true), temporaryNames("a.nc")];
  const reused = living.fresh.replace(/-([0-9a-z]+)-([0-9a-f]{8})\.tmp$/, "-1-$2.tmp");
  const names = [dead.fresh, living.fresh, own.fresh, reused, ".a.nc.tmp", ".a.nc.123.tmp", "a.nc"];
  for (const name of names) writeFileSync(join(place, name), name);
  assert.equal(new Set(tidyFolder(place).removed), new Set([dead.fresh, reused].map((name) => join(place, name))));
  assert.equal(new Set(readdirSync(place)), new Set([living.fresh, own.fresh, ".a.nc.tmp", ".a.nc.123.tmp", "a.nc"]));
  await living.end();
  assert.equal(tidyFolder(place).removed, [join(place, living.fresh)]);
});

test("a store that was set aside when its replacement was killed stands again when it is next asked for", async () => {
  const place = at("aside");
  mkdirSync(place);
  const store = join(place, "a.zarr");
  await mongeDone("convert", at("fine.nc"), "-o", store);
  const before = contents(store);
  // Killed between the two renames.
  const killed = await namesOf("a.zarr");
  const move = (from: string, to: string) => spawnSync("mv", [join(place, from), join(place, to)]);
  move("a.zarr", killed.aside);
  mkdirSync(join(place, killed.fresh));
  const said = await mongeDone("info", store, "--json");
  assert.match(oneLine(said.stderr), /restored .*a\.zarr/);
  assert.equal(contents(place), before);
  // Killed after them, before the old one was removed.
  const late = await namesOf("a.zarr");
  mkdirSync(join(place, late.aside));
  assert.equal(tidyFolder(place), { removed: [join(place, late.aside)], restored: [] });
  assert.equal(contents(place), before);
  // Something else has taken the place since: nobody may judge.
  const other = await namesOf("a.zarr");
  for (const name of [other.fresh, other.aside]) mkdirSync(join(place, name));
  assert.equal(tidyFolder(place), { removed: [], restored: [] });
});

test.run();

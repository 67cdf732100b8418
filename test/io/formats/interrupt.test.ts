/** Writes that meet a full disk, a closed door or the end of their process: a file appears whole or not at all. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Field, readField, writeNetcdf } from "../../../io/index.ts";
import { assert, none, refuses, temporaryFolder, test } from "../../harness.ts";
import { nodeFlags, piece } from "../../pieces.ts";
import { line, over } from "../fields.ts";
import { skip } from "../oracle.ts";

const { folder } = temporaryFolder(test);

/** A child program that writes 16 MB of incompressible rain to the file named last, over and over where it streams. */
const CHILD = `
import { createNetcdf, Field, writeNetcdf, writeZarr } from ${piece("io")};
import { writeGeotiff } from ${piece("io/formats")};
const n = 10 * 500 * 800;
const values = new Float32Array(n);
for (let i = 0; i < n; i++) values[i] = Math.sin(i * 12.9898) * 43758.5453;
const line = (k, f, s) => Float64Array.from({ length: k }, (_, i) => f + s * i);
const coordinates = [
  { name: "time", dims: ["time"], values: line(10, 0, 1), attributes: { units: "days since 2000-01-01" } },
  { name: "lat", dims: ["lat"], values: line(500, 0, 0.01), attributes: { units: "degrees_north" } },
  { name: "lon", dims: ["lon"], values: line(800, 0, 0.01), attributes: { units: "degrees_east" } }];
const field = new Field({ name: "pr", dims: ["time", "lat", "lon"], shape: [10, 500, 800], values, coordinates });
const [kind, path] = process.argv.slice(-2);
console.log("writing");
const zarr = (p, f) => writeZarr(p, f, { compressor: "none", chunks: { time: 10 } });
const write = { nc: writeNetcdf, tif: writeGeotiff, zarr, "nc-stream": stream }[kind];
async function stream(p, f) {
  const writer = await createNetcdf(p, f);
  for (let day = 0; ; day += 10) {
    await writer.append(f.with({ coordinates: [{ ...coordinates[0], values: line(10, day, 1) }, ...coordinates.slice(1)] }));
  }
}
try { await write(path, field); console.log("done"); }
catch (error) { console.log("ERROR " + error.name + " " + error.message); }
`;

function childArguments(kind: string, path: string): string[] {
  const program = join(folder, "child.mjs");
  if (!existsSync(program)) writeFileSync(program, CHILD);
  return [...nodeFlags, program, kind, path];
}

for (const kind of ["nc", "tif", "zarr"]) {
  test(`a .${kind} write that meets the limit of the disk raises an error and leaves neither a file nor a partial one`, () => {
    const path = join(folder, `limit.${kind}`);
    const command = `ulimit -f 4000; exec "$0" "$@"`;
    const done = spawnSync("bash", ["-c", command, process.execPath, ...childArguments(kind, path)], {
      encoding: "utf8",
    });
    if (done.error) return skip("no bash to set a limit with");
    assert.match(done.stdout, /ERROR/, done.stdout + done.stderr);
    none(readdirSync(folder), (name) => name.includes(`limit.${kind}`));
  });
}

for (const kind of ["nc-stream", "tif"]) {
  test(`a process killed while it writes (${kind}) leaves nothing under the final name`, async () => {
    const path = join(folder, `killed.${kind}`);
    const child = spawn(process.execPath, childArguments(kind, path), { stdio: ["ignore", "pipe", "inherit"] });
    const partial = () => readdirSync(folder).find((name) => name.startsWith(`.killed.${kind}.`));
    const begun = () => {
      const name = partial();
      return name !== undefined && (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0) > 0;
    };
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_, signal) => resolve(signal)));
    while (!begun() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    assert.is(await ended, "SIGKILL");
    assert.not(existsSync(path));
    const left = partial();
    if (left !== undefined) rmSync(join(folder, left));
  });
}

/** Days of rain that no filter makes smaller. */
function heavy(from: number, n: number): Field {
  const [height, width] = [100, 200];
  const values = Float32Array.from({ length: n * height * width }, (_, i) => Math.sin(i * 12.9898) * 43758.5453);
  const [lat, lon] = [line(height, 0, 0.1), line(width, 0, 0.1)];
  const time = [line(n, from, 1), "days since 2000-01-01"] as const;
  return over({ time, lat: [lat, "degrees_north"], lon: [lon, "degrees_east"] }, { values });
}

test("on a disk that is full, writes say so, and the old file stands, byte for byte, with nothing beside it", async () => {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
  if (mounted.status !== 0) return skip("a small disk cannot be mounted here");
  try {
    const path = join(disk, "rain.nc");
    await writeNetcdf(path, heavy(0, 2));
    const before = readFileSync(path);
    await refuses(
      writeNetcdf(path, heavy(0, 20)),
      /rain\.nc: it could not be written: the disk of .*disk is full; free space there/,
    );
    assert.ok(readFileSync(path).equals(before));
    assert.equal(readdirSync(disk), ["rain.nc"]);
  } finally {
    spawnSync("umount", [disk]);
  }
});

test("a folder that may not be written in, a folder as the target, and devices are refused before anything is made", async () => {
  const closed = join(folder, "closed");
  mkdirSync(closed);
  writeFileSync(join(closed, "old.nc"), "precious");
  chmodSync(closed, 0o555);
  const asRoot = process.getuid?.() === 0;
  // The super-user may write anywhere: this process acts as nobody for a moment.
  chmodSync(folder, 0o755);
  if (asRoot) process.seteuid?.(65534);
  try {
    await refuses(
      writeNetcdf(join(closed, "new.nc"), heavy(0, 1)),
      /new\.nc: .*writing there is not permitted; choose a folder/,
    );
    await refuses(writeNetcdf(join(closed, "old.nc"), heavy(0, 1)), /old\.nc: .*writing there is not permitted/);
  } finally {
    if (asRoot) process.seteuid?.(0);
  }
  assert.equal(readdirSync(closed), ["old.nc"]);
  assert.is(readFileSync(join(closed, "old.nc"), "utf8"), "precious");
  await refuses(writeNetcdf(closed, heavy(0, 1)), /closed: it is a folder; name a file in it/);
  await refuses(writeNetcdf("/dev/full", heavy(0, 1)), /it is a device or a pipe, which cannot be replaced/);
  await refuses(writeNetcdf(join(closed, "old.nc", "x.nc"), heavy(0, 1)), /not a folder/);
});

test("a link stays a link: what it names is replaced; a link to nothing is refused", async () => {
  const target = join(folder, "target.nc");
  writeFileSync(target, "old");
  symlinkSync(target, join(folder, "link.nc"));
  await writeNetcdf(join(folder, "link.nc"), heavy(0, 1));
  assert.ok(lstatSync(join(folder, "link.nc")).isSymbolicLink());
  assert.equal((await readField(target)).shape, [1, 100, 200]);
  rmSync(target);
  await refuses(writeNetcdf(join(folder, "link.nc"), heavy(0, 1)), /it is a link to nothing/);
  rmSync(join(folder, "link.nc"));
});

test.run();

/** Paths and files that are not as they should be when they are read: each gives a typed error, and none waits for ever. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMongeError } from "../../../engine/index.ts";
import { writeGeotiff } from "../../../io/formats/index.ts";
import { type Field, inspect, openGrid, readField, writeNetcdf, writeZarr } from "../../../io/index.ts";
import { assert, equalBy, evenly, refuses, temporaryFolder, test } from "../../harness.ts";
import { classicBytes } from "../classic-file.ts";
import { over } from "../fields.ts";
import { skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);

/** 4 MB of noise, so that compression keeps most of it. */
function noise(): Field {
  const [t, y, x] = [8, 256, 512];
  const values = Float32Array.from({ length: t * y * x }, (_, i) => (Math.sin(i * 12.9898) * 43758.5453) % 1);
  const [lat, lon] = [evenly(y, 50, -0.01), evenly(x, 0, 0.01)];
  return over(
    { time: [evenly(t), "days since 2000-01-01"], lat: [lat, "degrees_north"], lon: [lon, "degrees_east"] },
    { values },
  );
}

test("a link to nothing, an empty folder, a file within a file and a path with a null are refused by name", async () => {
  symlinkSync(at("nowhere"), at("dangling.nc"));
  await refuses(inspect(at("dangling.nc")), /dangling\.nc: there is no such file/);
  mkdirSync(at("empty.zarr"));
  await refuses(inspect(at("empty.zarr")), /empty\.zarr: it is a folder, and not one of a Zarr store/);
  writeFileSync(at("plain"), "text");
  await refuses(inspect(join(at("plain"), "inner.nc")), /inner\.nc: there is no such file/);
  await refuses(inspect(`${at("plain")}\0.nc`), /there is no such file/);
});

const ARRAY = { zarr_format: 3, node_type: "array", data_type: "float32", fill_value: 0, codecs: [{ name: "bytes" }] };

/** A store with one array of 2 x 2, or of any number of dimensions, and the text of its attributes. */
function store(name: string, attributes: string, rank = 2): string {
  const shape = new Array<number>(rank).fill(rank === 2 ? 2 : 1);
  const chunk_grid = { name: "regular", configuration: { chunk_shape: shape } };
  mkdirSync(join(at(name), "pr"), { recursive: true });
  const group = `{"zarr_format":3,"node_type":"group","attributes":${attributes}}`;
  writeFileSync(join(at(name), "zarr.json"), group);
  const array = { ...ARRAY, shape, chunk_grid, chunk_key_encoding: { name: "default" } };
  writeFileSync(join(at(name), "pr", "zarr.json"), JSON.stringify(array));
  return at(name);
}

test("a variable of 9 999 dimensions is listed and not read", async () => {
  const path = store("rank.zarr", "{}", 9999);
  const { variables } = await inspect(path);
  equalBy(variables, ({ name, dtype, dims }) => [name, dtype, dims.length], [["pr", "other", 0]]);
  await refuses(readField(path, { variable: "pr" }), /pr is of type array of 9999 dimensions \(more than 64\)/);
});

test("attributes as long as 30 MB are read, and those nested 100 000 deep refused by the file", async () => {
  const long = await inspect(store("long.zarr", `{"a":"${"x".repeat(3e7)}"}`));
  assert.is((long.attributes.a as string).length, 3e7);
  const deep = store("deep.zarr", `{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`);
  await refuses(inspect(deep), /deep\.zarr: zarr\.json is not JSON .*nested more than 256 deep/);
  const full = store("full.zarr", `{"a":"${"\\\\n".repeat(1.2e7)}"}`);
  await refuses(inspect(full), /full\.zarr: zarr\.json is not JSON .*one of its texts is too long/);
});

test("a pipe and a device are refused at once instead of being waited for", async () => {
  if (spawnSync("mkfifo", [at("pipe.nc")]).status !== 0) return skip("no mkfifo");
  await refuses(inspect(at("pipe.nc")), /pipe\.nc: it is not a file; name a file/);
  await refuses(readField("/dev/zero"), /\/dev\/zero: it is not a file/);
});

const CHILD = `
import { inspect } from ${JSON.stringify(fileURLToPath(new URL("../../../io/index.ts", import.meta.url)))};
for (const path of process.argv.slice(2)) {
  try { await inspect(path); console.log("read"); }
  catch (error) { console.log(error.name + " " + error.message); }
}`;

test("a file, a folder and a store that may not be read are refused, saying so", async () => {
  await writeNetcdf(at("secret.nc"), noise());
  chmodSync(at("secret.nc"), 0);
  await writeZarr(at("secret.zarr"), noise());
  chmodSync(join(at("secret.zarr"), "zarr.json"), 0);
  writeFileSync(at("child.mts"), CHILD);
  chmodSync(folder, 0o755);
  const paths = [at("secret.nc"), at("secret.zarr")];
  const args = ["--import", import.meta.resolve("tsx"), at("child.mts"), ...paths];
  const root = process.getuid?.() === 0;
  // Root may read everything, so another user asks; its own cache of compiled files is left out.
  const [command, first] = root
    ? ["setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath]]
    : [process.execPath, []];
  const env = { ...process.env, TSX_DISABLE_CACHE: "1" };
  const done = spawnSync(command, [...first, ...args], { encoding: "utf8", env });
  if (done.error || !/Error|read/.test(done.stdout))
    return skip(`no other user to read as: ${done.stderr.split("\n")[0]}`);
  const lines = done.stdout.trim().split("\n");
  assert.match(lines[0]!, /^FormatError .*secret\.nc: .*(permi|EACCES)/);
  assert.match(lines[1]!, /^FormatError .*secret\.zarr: .*(permi|EACCES)/);
});

for (const [name, write] of [
  ["netcdf3.nc", (path: string, field: Field) => writeFileSync(path, classicBytes(field))],
  ["netcdf4.nc", (path: string, field: Field) => writeNetcdf(path, field, { compression: 0 })],
  ["geotiff.tif", (path: string, field: Field) => writeGeotiff(path, field)],
] as const) {
  test(`${name} that shrinks while it is open gives a typed error, never zeros`, async () => {
    const field = noise();
    await write(at(name), field);
    const source = await openGrid(at(name));
    const [variable] = source.variables.filter((v) => v.shape.length === 3);
    truncateSync(at(name), 200_000);
    try {
      await source.read(variable!.name);
      assert.unreachable("it was read");
    } catch (error) {
      assert.ok(isMongeError(error), String(error));
      assert.match((error as Error).message, /trunc|damaged|cannot be read|beyond|ends|cut|became shorter/);
    } finally {
      source.close();
    }
  });
}

test("a store whose chunks vanish or shrink while it is open gives missing values only for those that vanish", async () => {
  await writeZarr(at("shrinks.zarr"), noise(), { chunks: { time: 4 } });
  const source = await openGrid(at("shrinks.zarr"));
  rmSync(join(at("shrinks.zarr"), "pr/c/1/0/0"));
  const values = await source.read("pr", { start: [4, 0, 0], count: [1, 256, 512] });
  assert.ok(values.every(Number.isNaN), "what was never written is missing");
  truncateSync(join(at("shrinks.zarr"), "pr/c/0/0/0"), 1000);
  await refuses(
    source.read("pr", { start: [0, 0, 0], count: [1, 256, 512] }),
    /chunk 0\.0\.0 of variable pr cannot be read/,
  );
  source.close();
});

test.run();

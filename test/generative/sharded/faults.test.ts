/** What a store of units of work outlives: disks that are full or read-only, files of dead processes, clocks that jump. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sealKey } from "../../../engine/files/seal.ts";
import { sealedJson } from "../../../engine/files/sealed-json.ts";
import { temporaryNames } from "../../../engine/files/temporary.ts";
import { DomainError, FormatError } from "../../../engine/index.ts";
import { auditUnits, Downscaler, type DownscaleUnitsOptions, downscaleUnits } from "../../../generative/index.ts";
import { coarsen, type Field } from "../../../io/index.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { writeUntrainedModel } from "../../cli/model.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { skip } from "../../io/oracle.ts";

const { at } = temporaryFolder(test);
let model: Downscaler;
let coarse: Field;
let digest: string | undefined;

const options = { members: 2, evaluations: 2, seed: 5, interval: 86400, unit: { times: 1 } } as const;
const draw = (store: string, more: DownscaleUnitsOptions = {}) =>
  downscaleUnits(store, model, coarse, { ...options, resume: true, ...more });
const temporary = (store: string) =>
  readdirSync(store, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tmp"));

test.before(async () => {
  coarse = coarsen(await writeSyntheticRain(at("fine.nc"), { days: 4, units: "mm" }), 2);
  await writeUntrainedModel(at("model.safetensors"), 2);
  model = await Downscaler.load(at("model.safetensors"));
  await draw(at("sound.zarr"));
  digest = (await auditUnits(at("sound.zarr"))).digest;
});
test.after(() => model.dispose());

/** Runs work on a small disk of its own; false where none can be mounted here. */
async function onDisk(name: string, work: (path: string) => Promise<void>): Promise<boolean> {
  mkdirSync(at(name));
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", at(name)]).status !== 0) return false;
  try {
    await work(at(name));
  } finally {
    spawnSync("umount", [at(name)]);
  }
  return true;
}

test("a store on a disk that fills up keeps its units, leaves nothing half-written, and goes on when there is room", async () => {
  const mounted = await onDisk("full", async (disk) => {
    const store = join(disk, "out.zarr");
    await draw(store, { order: [2] });
    const fill = () => spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "ballast")}`, "bs=4k"]);
    fill();
    await refuses(draw(store), /disk of .* is full; free space there, or write elsewhere/, FormatError);
    assert.equal(temporary(store), []);
    // Full in the middle: at the second unit.
    rmSync(join(disk, "ballast"));
    const onUnit = () => void fill();
    await refuses(draw(store, { onUnit }), /disk of .* is full/, FormatError);
    assert.equal(temporary(store), []);
    assert.equal((await auditUnits(store)).missing, [1, 3]);
    rmSync(join(disk, "ballast"));
    assert.is((await draw(store)).done, 2);
    assert.is((await auditUnits(store)).digest, digest);
  });
  if (!mounted) skip("a small disk cannot be mounted here");
});

test("a store on a read-only disk is audited, and not written into, which is told before anything is drawn", async () => {
  const mounted = await onDisk("locked", async (disk) => {
    const store = join(disk, "out.zarr");
    await draw(store, { order: [0] });
    spawnSync("mount", ["-o", "remount,ro", disk]);
    let evaluations = 0;
    const locked = /the disk is read-only; choose a folder/;
    await refuses(draw(store, { onProgress: () => void evaluations++ }), locked, FormatError);
    assert.is(evaluations, 0);
    assert.equal((await auditUnits(store)).missing, [1, 2, 3]);
    spawnSync("mount", ["-o", "remount,rw", disk]);
    await draw(store);
    assert.is((await auditUnits(store)).digest, digest);
  });
  if (!mounted) skip("a disk cannot be mounted here");
});

test("temporary files of dead processes are removed by the next worker, others are left until a requeue", async () => {
  const store = at("stale.zarr");
  await draw(store, { order: [0] });
  const dead = (name: string) => temporaryNames(name).fresh.replace(/-[0-9a-z]+-([0-9a-f]{8})\.tmp$/, "-1-$1.tmp");
  const elsewhere = temporaryNames("0").fresh.replace(/^(\.0\.)[0-9a-f]{6}/, "$1000000");
  const [chunk, row] = [join(store, "pr", dead("0")), join(store, ".monge/units", dead("00000001.json"))];
  const other = join(store, "pr", elsewhere);
  for (const path of [chunk, row, other]) writeFileSync(path, "unfinished");
  await draw(store, { order: [1] });
  assert.equal([chunk, row, other].map(existsSync), [false, false, true]);
  assert.equal((await auditUnits(store)).leftovers, { removed: [], unknown: [other] });
  await auditUnits(store, { requeue: true });
  assert.not.ok(existsSync(other));
  await draw(store);
  assert.is((await auditUnits(store)).digest, digest);
});

test("a requeue removes nothing through a link, and nothing that is no row or chunk, folders least of all", async () => {
  const home = at("home");
  mkdirSync(join(home, "thesis"), { recursive: true });
  for (const name of ["thesis/ch1.tex", "00000009.json", "0"]) writeFileSync(join(home, name), "ten years");
  const all = () => readdirSync(home, { recursive: true, encoding: "utf8" }).sort();
  const before = all();
  const linked = async (name: string, how: RegExp) => {
    const store = at(`linked-${name.replaceAll("/", "-")}.zarr`);
    await draw(store);
    const part = join(store, name);
    rmSync(part, { recursive: true, force: true });
    symlinkSync(home, part);
    await refuses(auditUnits(store, { requeue: true }), how, FormatError);
    assert.equal(all(), before, name);
    return store;
  };
  for (const name of [".monge/units", ".monge/inputs", ".monge/files"]) {
    const store = await linked(name, /is a link, and is not followed/);
    await refuses(draw(store), /is a link, and is not followed/, FormatError);
    assert.equal(all(), before, name);
  }
  await linked("pr/c/0", /is a link out of the store, to .*, where nothing is removed/);
  await linked("pr", /is a link out of the store/);

  const store = at("strange.zarr");
  await draw(store);
  const mine = [".monge/units/notes.txt", ".monge/units/thesis/ch1.tex", "pr/c/notes.txt", "pr/.old.tmp"];
  mkdirSync(join(store, ".monge/units/thesis"));
  for (const name of mine) writeFileSync(join(store, name), "ten years");
  writeFileSync(join(store, "pr/c/0/0/0/9"), "a chunk of no unit");
  writeFileSync(join(store, ".monge/units/00000099.json"), "{}");
  const { foreign } = await auditUnits(store, { requeue: true });
  assert.is(foreign.filter(({ what }) => what.includes("move it away yourself")).length, 4);
  assert.ok(mine.every((name) => existsSync(join(store, name))));
  assert.is((await auditUnits(store)).foreign.length, 4, "the chunk and the row of no unit are gone");
});

test("a plan whose variable lies outside of its store is refused", async () => {
  const store = at("outside.zarr");
  await draw(store);
  const path = join(store, ".monge/plan.json");
  const { [sealKey]: _, ...plan } = JSON.parse(readFileSync(path, "utf8"));
  for (const variable of ["../home", "/etc", "pr/../../home", ""]) {
    writeFileSync(path, sealedJson({ ...plan, variable }));
    await refuses(auditUnits(store, { requeue: true }), /plan\.json does not describe one/, FormatError);
  }
});

test("a worker does not go on in a store that another command has replaced", async () => {
  const store = at("replaced.zarr");
  let units = 0;
  const onUnit = async () => {
    if (++units === 2) await draw(store, { resume: false, overwrite: true, seed: 9 });
  };
  const waits: Promise<void>[] = [];
  const first = draw(store, {
    onUnit: () => void waits.push(onUnit()),
    onFrame: async () => void (await Promise.all(waits)),
  });
  await refuses(first, /removed or replaced while tasks were drawn into it/, DomainError);
  await Promise.all(waits);
  const { complete, foreign } = await auditUnits(store);
  assert.equal([complete, foreign], [true, []]);
  let gone = false;
  const removed = draw(at("gone.zarr"), {
    onUnit: () => {
      if (!gone) rmSync(at("gone.zarr"), { recursive: true });
      gone = true;
    },
  });
  await refuses(removed, /removed or replaced while tasks were drawn into it/, DomainError);
  assert.not.ok(existsSync(at("gone.zarr")));
});

test("clocks that jump and times of files that lie change nothing", async () => {
  const store = at("clocks.zarr");
  await draw(store, { order: [0, 1], now: new Date("2100-01-01") });
  const paths = readdirSync(store, { recursive: true, encoding: "utf8" }).map((name) => join(store, name));
  for (const [i, path] of paths.entries()) utimesSync(path, ...([i % 2 ? 0 : 9e9, i % 3 ? 0 : 9e9] as const));
  const real = Date.now;
  Date.now = () => -1e12;
  try {
    assert.is((await draw(store, { now: new Date(0) })).done, 2);
  } finally {
    Date.now = real;
  }
  assert.is((await auditUnits(store)).digest, digest);
});

test.run();

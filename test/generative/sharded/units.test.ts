/** Units of work: what they are a function of, what workers leave behind, and what an audit finds. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sealedJson } from "../../../engine/files/index.ts";
import { DomainError, FormatError, OptionsError, rng } from "../../../engine/index.ts";
import {
  auditUnits,
  baselineDownscaler,
  Downscaler,
  type DownscaleUnitsOptions,
  downscale,
  downscaleUnits,
  mergeUnits,
} from "../../../generative/index.ts";
import { coarsen, createZarr, type Field, openDataset, readField } from "../../../io/index.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { writeUntrainedModel } from "../../cli/model.ts";
import { assert, equalBy, refuses, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);
const quick = { members: 3, evaluations: 2, seed: 5, interval: 86400 } as const;
const cut = { ...quick, now: new Date(0), unit: { times: 2, members: 2 } } as const;
let model: Downscaler;
let coarse: Field;

test.before(async () => {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 5, units: "mm" });
  coarse = coarsen(fine, 2);
  await writeUntrainedModel(at("model.safetensors"), 2);
  const { configuration, parameters } = await Downscaler.load(at("model.safetensors"));
  const coherence = { step: 86400, share: 0, still: 0, moving: 0.7 };
  await new Downscaler({ ...configuration, coherence }, parameters).save(at("model.safetensors"));
  model = await Downscaler.load(at("model.safetensors"));
});
test.after(() => model.dispose());

/** All bytes of a store but its rows, which tell how long units took. */
function bytesOf(store: string): Record<string, string> {
  const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => join(entry.parentPath, entry.name)).filter((name) => !name.includes("/units/"));
  return Object.fromEntries(names.sort().map((name) => [name.slice(store.length), readFileSync(name, "base64")]));
}

const draw = (name: string, more: DownscaleUnitsOptions = {}) =>
  downscaleUnits(at(name), model, coarse, { ...cut, ...more });

test("units hold what an ensemble in memory holds, and order and number of shards change no byte of the store", async () => {
  const whole = await downscale(model, coarse, quick);
  assert.equal(await draw("one.zarr"), {
    ...{ path: at("one.zarr"), dims: whole.dims, shape: whole.shape, units: whole.units, forced: [] },
    ...{ total: 6, done: 6, missing: 0 },
  });
  assert.equal((await readField(at("one.zarr"))).values, whole.values);
  const expected = bytesOf(at("one.zarr"));
  for (const count of [2, 3, 7]) {
    const name = `shards-${count}.zarr`;
    const indices = rng(count).permutation(count);
    for (const index of indices) await draw(name, { shard: { index, count }, order: [...rng(index).permutation(6)] });
    assert.equal(bytesOf(at(name)), expected);
    assert.is((await auditUnits(at(name))).digest, (await auditUnits(at("one.zarr"))).digest);
  }
});

test("a store of Zarr 2 holds the same, is complete, and is gone on with as such; members are whole numbers in both versions", async () => {
  await draw("two.zarr", { version: 2, shard: { index: 1, count: 2 } });
  await draw("two.zarr", { shard: { index: 0, count: 2 } });
  assert.equal((await readField(at("two.zarr"))).values, (await readField(at("one.zarr"))).values);
  const audit = await auditUnits(at("two.zarr"));
  assert.equal([audit.complete, audit.foreign], [true, []]);
  assert.is(JSON.parse(readFileSync(join(at("two.zarr"), "realization", ".zarray"), "utf8")).dtype, "<i4");
  const inThree = JSON.parse(readFileSync(join(at("one.zarr"), "realization", "zarr.json"), "utf8"));
  assert.is(inThree.data_type, "int32");
  await refuses(
    draw("two.zarr", { version: 3, resume: true }),
    /version is 3; expected 2, as the store has/,
    OptionsError,
  );
  await mergeUnits(at("two.zarr"), at("two.nc"));
  assert.equal((await readField(at("two.nc"))).values, (await readField(at("one.zarr"))).values);
});

test("noise that is correlated in time leaves units independent of order and shards", async () => {
  const coherent = { coherence: "measured" } as const;
  const whole = await downscale(model, coarse, { ...quick, ...coherent });
  for (const index of [1, 0]) await draw("coherent.zarr", { ...coherent, shard: { index, count: 2 } });
  assert.equal((await readField(at("coherent.zarr"))).values, whole.values);
  assert.not.equal(whole.values, (await downscale(model, coarse, quick)).values);
});

test("a store goes on with the amplitude that it has, and refuses another", async () => {
  await draw("wider.zarr", { amplitude: 1.2, shard: { index: 0, count: 2 } });
  await refuses(draw("wider.zarr", { shard: { index: 1, count: 2 } }), /amplitude/, OptionsError);
  await draw("wider.zarr", { amplitude: 1.2, shard: { index: 1, count: 2 } });
  const whole = await downscale(model, coarse, { ...quick, amplitude: 1.2 });
  assert.equal((await readField(at("wider.zarr"))).values, whole.values);
});

test("a store goes on with the cut-off that it has, as it would have been drawn at once, and refuses another", async () => {
  await draw("cut-off.zarr", { cutOff: 2, shard: { index: 0, count: 2 } });
  await refuses(draw("cut-off.zarr", { cutOff: 3, shard: { index: 1, count: 2 } }), /cutOff/, OptionsError);
  await draw("cut-off.zarr", { cutOff: 2, shard: { index: 1, count: 2 } });
  const whole = await downscale(model, coarse, { ...quick, cutOff: 2 });
  assert.equal((await readField(at("cut-off.zarr"))).values, whole.values);
  assert.not.equal(whole.values, (await downscale(model, coarse, quick)).values);
  const data = await openDataset(at("cut-off.zarr"));
  assert.is(data.attributes["rain_cut_off"], 2);
  data.close();
});

test("members and times of a unit are those of the whole for a baseline with noise too", async () => {
  const farm = baselineDownscaler({ method: "rainfarm", factor: 2, slope: 1.7 });
  const options = { members: 3, seed: 2, interval: 86400 } as const;
  const whole = await downscale(farm, coarse, options);
  await downscaleUnits(at("farm.zarr"), farm, coarse, {
    ...options,
    unit: { times: 1, members: 1 },
    order: [...rng(1).permutation(15)],
  });
  assert.equal((await readField(at("farm.zarr"))).values, whole.values);
});

test("work that is ended keeps its units, and is gone on with to the same bytes", async () => {
  await draw("whole.zarr");
  const controller = new AbortController();
  let units = 0;
  const onUnit = () => ++units === 2 && controller.abort(new Error("enough"));
  await refuses(draw("cut.zarr", { signal: controller.signal, onUnit }), /^enough$/, Error);
  const { missing, sound, complete, digest } = await auditUnits(at("cut.zarr"));
  assert.equal(
    { missing, sound, complete, digest },
    { missing: [2, 3, 4, 5], sound: 2, complete: false, digest: undefined },
  );
  const half = await readField(at("cut.zarr"));
  assert.ok(Number.isNaN(half.values.at(-1)) && !Number.isNaN(half.values[0]!));
  await refuses(draw("cut.zarr"), /there is a store of tasks already; `resume: true` goes on/, OptionsError);
  const told: number[] = [];
  const { done } = await draw("cut.zarr", { resume: true, onProgress: ({ done: n, total }) => told.push(n / total) });
  assert.is(done, 4);
  assert.ok(told.every((n, i) => i === 0 || n >= told[i - 1]!) && told.at(-1) === 1, String(told));
  assert.equal(bytesOf(at("cut.zarr")), bytesOf(at("whole.zarr")));
  assert.is((await draw("cut.zarr", { resume: true })).done, 0);
});

test("a store that was begun with something else is not gone on with, and what differs is named", async () => {
  await draw("begun.zarr", { order: [0] });
  const other = async (more: DownscaleUnitsOptions, what: RegExp) =>
    refuses(draw("begun.zarr", { resume: true, ...more }), what, OptionsError);
  await other({ seed: 6 }, /begun with seed 5, not 6; give what the store was begun with/);
  await other({ evaluations: 4 }, /begun with evaluations 2, not 4;/);
  await other({ members: 4 }, /begun with shape \[5,3,32,32\], not \[5,4,32,32\]/);
  await other({ unit: { times: 1 } }, /begun with unit \[2,2,32,32\], not \[1,3,32,32\]/);
  await other({ also: { device: "cuda" } }, /begun with device not given, not cuda/);
  const moved = coarse.isel({ time: [0, 4] });
  await refuses(
    downscaleUnits(at("begun.zarr"), model, moved, { ...cut, resume: true }),
    /begun with shape/,
    OptionsError,
  );
  await writeUntrainedModel(at("other.safetensors"), 2);
  const bytes = readFileSync(at("other.safetensors"));
  bytes[bytes.length - 3]! ^= 1;
  writeFileSync(at("other.safetensors"), bytes);
  await refuses(
    draw("begun.zarr", { shard: { index: 2, count: 2 } }),
    /shard is 2\/2; expected i\/n with 0 ≤ i < n/,
    OptionsError,
  );
  await refuses(
    draw("none.zarr", { unit: { times: 0 } }),
    /unit\.times is 0, expected a whole number ≥ 1/,
    OptionsError,
  );
  assert.not.ok(existsSync(at("none.zarr")));
  // The size of units need not be said again.
  assert.is((await downscaleUnits(at("begun.zarr"), model, coarse, { ...quick, resume: true })).missing, 0);
});

test("two workers with the same unit leave the same bits, and the audit tells that it was done twice", async () => {
  const notices: string[] = [];
  const onNotice = (line: string) => notices.push(line);
  const all = await Promise.all([0, 1].map(() => draw("twice.zarr", { resume: true, onNotice })));
  equalBy(all, ({ missing }) => missing, [0, 0]);
  assert.ok(notices.some((line) => /unit \d was finished by another worker too, bitwise identical/.test(line)));
  const audit = await auditUnits(at("twice.zarr"));
  assert.ok(audit.complete && audit.duplicate.length > 0);
  assert.ok(audit.duplicate.every(({ what }) => what.endsWith("bitwise identical")));
  await auditUnits(at("twice.zarr"), { requeue: true });
  assert.is((await auditUnits(at("twice.zarr"))).duplicate.length, 0);
  await draw("once.zarr");
  assert.equal(bytesOf(at("twice.zarr")), bytesOf(at("once.zarr")));
});

test("an audit finds damaged, missing and foreign chunks and rows; a requeue makes them missing and resuming mends them", async () => {
  await draw("sound.zarr");
  const { digest } = await auditUnits(at("sound.zarr"));
  await draw("hurt.zarr");
  const chunks = (n: number) => join(at("hurt.zarr"), JSON.parse(readFileSync(row(n), "utf8")).files[0].path);
  const row = (n: number) => join(at("hurt.zarr"), `.monge/units/0000000${n}.json`);
  const bytes = readFileSync(chunks(0));
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(chunks(0), bytes);
  rmSync(chunks(1));
  truncateSync(row(2), 100);
  writeFileSync(row(3), readFileSync(row(4)));
  rmSync(row(4));
  writeFileSync(join(at("hurt.zarr"), "pr/c/0/0/0/9"), "");
  writeFileSync(row(5).replace("05.json", "99.json"), "{}");
  const found = await auditUnits(at("hurt.zarr"));
  assert.is(found.complete, false);
  equalBy(found.damaged, ({ unit }) => unit, [0, 1, 2]);
  assert.match(
    found.damaged.map(({ what }) => what).join("\n"),
    /^pr\/c\/0\/0\/0\/0 has another checksum\npr\/.* is missing\n.*not JSON/,
  );
  assert.equal(found.missing, [4]);
  equalBy(found.foreign, ({ unit }) => unit, [3, undefined, undefined]);
  // Without checksums a flipped bit is not seen, a missing file is.
  equalBy((await auditUnits(at("hurt.zarr"), { checksums: false })).damaged, ({ unit }) => unit, [1, 2]);
  await refuses(
    mergeUnits(at("hurt.zarr"), at("hurt.nc")),
    /1 of 6 tasks are missing, 3 damaged, 3 foreign; requeue/,
    DomainError,
  );
  assert.equal((await auditUnits(at("hurt.zarr"), { requeue: true })).missing, [0, 1, 2, 3, 4]);
  assert.is((await draw("hurt.zarr", { resume: true })).done, 5);
  const mended = await auditUnits(at("hurt.zarr"));
  assert.equal([mended.complete, mended.digest], [true, digest]);
  assert.equal(bytesOf(at("hurt.zarr")), bytesOf(at("sound.zarr")));
  await refuses(auditUnits(at("fine.nc")), /there is no Zarr store; name a store/, FormatError);
});

test("a complete store is merged into one file, or one for each month, and an incomplete one only when asked", async () => {
  await draw("merged.zarr", { order: [0, 1, 2, 3] });
  await refuses(mergeUnits(at("merged.zarr"), at("a.nc")), /2 of 6 tasks are missing/, DomainError);
  const there = await readField(at("merged.zarr"));
  await mergeUnits(at("merged.zarr"), at("a.nc"), { incomplete: true });
  assert.equal([...(await readField(at("a.nc"))).values], [...there.values]);
  await draw("merged.zarr", { resume: true });
  const whole = await readField(at("merged.zarr"));
  const files = await mergeUnits(at("merged.zarr"), at("pr-{day}.nc"), { history: "merged", now: new Date(0) });
  equalBy(
    files,
    ({ path, shape }) => [path, shape[0]],
    [1, 2, 3, 4, 5].map((day) => [at(`pr-2020-01-0${day}.nc`), 1]),
  );
  const second = await readField(at("pr-2020-01-02.nc"));
  assert.equal(second.values, whole.isel({ time: [1, 2] }).values);
  await refuses(
    mergeUnits(at("merged.zarr"), at("pr-{day}.nc")),
    /pr-2020-01-01\.nc: it is there already/,
    OptionsError,
  );
  await refuses(
    mergeUnits(at("merged.zarr"), at("pr-{decade}.nc")),
    /expected one of \{year\}, \{month\}, \{day\}/,
    OptionsError,
  );
});

test("a changed coordinate, bound, shape or attribute of a store is found, and it is neither complete nor merged", async () => {
  await draw("coords.zarr");
  const store = at("coords.zarr");
  const sound = await auditUnits(store);
  assert.ok(sound.complete && sound.damaged.length === 0);
  const changed = async (file: string, change: (bytes: Buffer) => Buffer) => {
    const path = join(store, file);
    const before = readFileSync(path);
    const after = change(Buffer.from(before));
    assert.not.ok(after.equals(before), file);
    writeFileSync(path, after);
    const { complete, digest, damaged, missing } = await auditUnits(store, { checksums: false });
    assert.equal([complete, digest, missing], [false, undefined, []], file);
    assert.ok(damaged.length === 1 && damaged[0]!.unit === undefined, file);
    await refuses(
      mergeUnits(store, at("never.nc"), { checksums: false }),
      /take another copy of the store/,
      DomainError,
    );
    assert.not.ok(existsSync(at("never.nc")));
    writeFileSync(path, before);
    return damaged[0]!.what;
  };
  const files = readdirSync(store, { recursive: true, encoding: "utf8" }).filter(
    (name) => /^(?!pr|\.).*c\/\d/.test(name) && statSync(join(store, name)).isFile(),
  );
  assert.equal(
    [...new Set(files.map((name) => name.split("/")[0]!))].sort(),
    ["realization", "time", "time_bnds", "x", "x_bnds", "y", "y_bnds"].filter((name) => existsSync(join(store, name))),
  );
  for (const file of files) {
    for (const part of [0.3, 0.6, 0.9]) {
      await changed(file, (bytes) => {
        bytes[Math.floor(part * bytes.length)]! ^= 4;
        return bytes;
      });
    }
  }
  const edit = (from: RegExp, to: string) => (bytes: Buffer) => Buffer.from(bytes.toString().replace(from, to));
  assert.match(await changed("time/zarr.json", edit(/since 2/, "since 3")), /time\/zarr\.json differs/);
  assert.match(await changed("zarr.json", edit(/since 2/, "since 3")), /time\/zarr\.json differs/);
  // The same change in both, with a chunk that is written anew: its checksum is right, its dates are not.
  const data = await openDataset(store);
  const field = await data.variable();
  data.close();
  const late = field.coordinates.map((c) => (c.name === "time" ? { ...c, values: c.values.map((v) => v + 1) } : c));
  const { name, units, dims, shape, attributes } = field;
  await createZarr(at("late.zarr"), { name, units, dims, shape, attributes, coordinates: late });
  const what = await changed("time/c/0", () => readFileSync(at("late.zarr/time/c/0")));
  assert.match(
    what,
    /its coordinates \(time.*\), its name or its units are not those that its plan has the checksum of/,
  );
  assert.equal(await auditUnits(store), sound);
});

test("a plan that is not of its store, or describes more than memory holds, is told apart, however it is sealed", async () => {
  await draw("planned.zarr");
  const store = at("planned.zarr");
  const path = join(store, ".monge/plan.json");
  const { "monge-sha256": _, ...plan } = JSON.parse(readFileSync(path, "utf8"));
  const withPlan = (change: object) => writeFileSync(path, sealedJson({ ...plan, ...change }));
  withPlan({ shape: [9e15, 3, 32, 32] });
  await refuses(auditUnits(store), /plan\.json describes \d+ tasks; expected at most 10000000/, FormatError);
  await refuses(draw("planned.zarr", { resume: true }), /describes \d+ tasks/, FormatError);
  withPlan({ unit: [1e8, 3, 32, 32], chunk: [1, 1, 1, 1] });
  await refuses(auditUnits(store), /describes tasks of \d+ chunks; expected at most 1000000/, FormatError);
  withPlan({ shape: [4, 3, 32, 32] });
  const short = await auditUnits(store);
  assert.is(short.complete, false);
  assert.match(
    short.damaged.map(({ what }) => what).join(),
    /shape of pr are \[5,3,32,32\], in its plan \[4,3,32,32\]/,
  );
  withPlan({ chunk: [1, 1, 32, 32] });
  assert.is((await auditUnits(store)).complete, false);
  withPlan({});
  assert.ok((await auditUnits(store)).complete);
});

test.run();

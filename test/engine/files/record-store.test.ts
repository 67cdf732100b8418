import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { beginRecords, fileHash, openRecords, readSafetensors } from "../../../engine/files/index.ts";
import { rng } from "../../../engine/index.ts";
import { assert, none, refuses, temporaryFolder, test } from "../../harness.ts";

const { folder, at } = temporaryFolder(test);

/** More than one buffer of them, so that the parts meet somewhere in the middle. */
async function write(path: string, count: number, shape: readonly number[]): Promise<Float32Array[]> {
  const length = shape.reduce((a, b) => a * b, 1);
  const records = Array.from({ length: count }, (_, i) => rng(i).normal(new Float32Array(length)));
  const writer = await beginRecords(path, shape);
  for (const record of records) await writer.append(record);
  assert.is(existsSync(path), false);
  const places = Int32Array.from({ length: 3 * count }, (_, i) => -i);
  await writer.finish({ places, about: { name: "ü", list: [1, 2] } });
  return records;
}

test("records come back bit for bit in any order, with their places and notes, also across the parts they were written in", async () => {
  const records = await write(at("a.safetensors"), 700, [50, 41]);
  const store = await openRecords(at("a.safetensors"));
  assert.equal([store.count, store.shape], [700, [50, 41]]);
  for (const i of [699, 0, 511, 512, 5]) assert.equal(store.read(i), records[i]);
  assert.is(store.places[3 * 699 + 2], -(3 * 699 + 2));
  assert.equal(store.about, { name: "ü", list: [1, 2] });
  assert.throws(() => store.read(700), RangeError);
  store.close();
  store.close();
  assert.throws(() => store.read(0), RangeError);
});

test("the file is a safetensors file: another reader finds the same numbers", async () => {
  const records = await write(at("b.safetensors"), 5, [3]);
  const { tensors } = await readSafetensors(at("b.safetensors"));
  const whole = tensors.get("records")!;
  assert.equal([whole.shape, whole.type], [[5, 3], "F32"]);
  assert.equal(
    Array.from(whole.data as Float32Array),
    records.flatMap((record) => [...record]),
  );
});

test("one changed bit anywhere and a file that is cut short are refused by name", async () => {
  await write(at("c.safetensors"), 40, [64]);
  const bytes = readFileSync(at("c.safetensors"));
  for (const place of [5000, bytes.length - 1, 4096]) {
    const damaged = Uint8Array.from(bytes);
    damaged[place]! ^= 4;
    writeFileSync(at("d.safetensors"), damaged);
    await refuses(openRecords(at("d.safetensors")), /d\.safetensors.*checksum/);
  }
  for (const length of [0, 7, 3000, bytes.length - 8]) {
    writeFileSync(at("d.safetensors"), bytes.subarray(0, length));
    await refuses(openRecords(at("d.safetensors")), /d\.safetensors/);
  }
});

test("a store that is given up leaves nothing", async () => {
  const writer = await beginRecords(at("e.safetensors"), [4]);
  await writer.append(new Float32Array(4));
  await writer.discard();
  none(readdirSync(folder), (name) => name.includes("e.safetensors"));
});

test("the hash of a folder changes with any name or content in it", async () => {
  execFileSync("mkdir", ["-p", at("z/c")]);
  writeFileSync(at("z/a"), "12");
  writeFileSync(at("z/c/b"), "345");
  const first = await fileHash(at("z"));
  assert.is(await fileHash(at("z")), first);
  writeFileSync(at("z/c/b"), "346");
  const second = await fileHash(at("z"));
  assert.is.not(second, first);
  rmSync(at("z/c/b"));
  writeFileSync(at("z/c/d"), "346");
  assert.is.not(await fileHash(at("z")), second);
});

test.run();

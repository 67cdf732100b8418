import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  decodeSafetensors,
  encodeSafetensors,
  type HostTensor,
  latestCheckpoint,
  readSafetensors,
  writeSafetensors,
} from "../../../engine/files/index.ts";
import { isMongeError, loadCheckpoint, saveCheckpoint } from "../../../engine/index.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";

const { folder } = temporaryFolder(test);

const kinds = (kind: string) => (error: unknown) => isMongeError(error) && error.kind === kind;

/** A file made by hand: header as given, then the data. */
function file(header: unknown, data: Uint8Array | number = 0, pad = 0): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text + " ".repeat(pad));
  const tail = typeof data === "number" ? new Uint8Array(data) : data;
  const bytes = new Uint8Array(8 + json.length + tail.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(tail, 8 + json.length);
  return bytes;
}

const concatenate = (pieces: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(pieces));

/** The values' bytes: tells −0 from 0 and one NaN from another. */
const bytesOf = (data: ArrayBufferView) => [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

const python = spawnSync("python3", ["--version"]).status === 0;

const tensorArbitrary = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
    fc.constantFrom(Float64Array, Float32Array, BigInt64Array, Int32Array, Uint8Array, Uint16Array, Int8Array),
    fc.uint8Array({ minLength: 2048, maxLength: 2048 }),
  )
  .map(([shape, array, noise]): HostTensor => {
    const count = shape.reduce((a, b) => a * b, 1);
    return { shape, data: new array(noise.slice(0, count * array.BYTES_PER_ELEMENT).buffer) };
  });
const textArbitrary = fc.string({ unit: "grapheme", maxLength: 12 });

test("any tensors under any names, and any metadata, come back bit for bit", () => {
  const names = fc.oneof(textArbitrary, fc.constantFrom("__proto__", "7", "constructor", "layer.0/weight"));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(names, tensorArbitrary), { selector: ([name]) => name, maxLength: 6 }),
      fc.dictionary(textArbitrary, textArbitrary, { noNullPrototype: true }),
      fc.integer({ min: 0, max: 7 }),
      (entries, metadata, shift) => {
        const bytes = concatenate(encodeSafetensors(new Map(entries), metadata));
        // Read from every alignment of the surrounding memory.
        const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
        shifted.set(bytes);
        const back = decodeSafetensors(shifted, "memory");
        assert.equal(Object.entries(back.metadata).sort(), Object.entries(metadata).sort());
        assert.is(back.tensors.size, entries.length);
        for (const [name, { shape, data }] of entries) {
          const stored = back.tensors.get(name)!;
          assert.equal(stored.shape, shape);
          assert.is(stored.data.constructor, data.constructor);
          assert.equal(bytesOf(stored.data), bytesOf(data));
        }
      },
    ),
  );
});

test("a file is read back from the disk, and no temporary file stays", async () => {
  const path = join(folder, "plain.safetensors");
  const data = Float32Array.of(1.5, -0, NaN, Infinity, 5, 6).subarray(1, 5);
  await writeSafetensors(path, { w: { shape: [2, 2], data } }, { note: "größe" });
  const { tensors, metadata } = await readSafetensors(path);
  assert.equal(bytesOf(tensors.get("w")!.data), bytesOf(data));
  assert.equal(metadata, { note: "größe" });
  assert.equal(readdirSync(folder), ["plain.safetensors"]);
});

test("Python, reading the format by its definition, finds our values", async () => {
  if (!python) return console.log("SKIP python3 is not installed");
  const path = join(folder, "ours.safetensors");
  const tensors = {
    byte: { shape: [3], data: Uint8Array.of(0, 127, 255) },
    double: { shape: [2, 1], data: Float64Array.of(Math.PI, -1e-300) },
    single: { shape: [], data: Float32Array.of(0.1) },
    int: { shape: [2], data: Int32Array.of(-(2 ** 31), 7) },
    long: { shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n) },
    empty: { shape: [0, 3], data: new Float32Array(0) },
  };
  await writeSafetensors(path, tensors, { origin: "test" });
  const script = `
import array, json, struct, sys
raw = open(sys.argv[1], "rb").read()
(n,) = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8 : 8 + n])
codes = {"F32": "f", "F64": "d", "I32": "i", "I64": "q", "U8": "B"}
out = {"metadata": header.pop("__metadata__"), "aligned": (8 + n) % 8 == 0}
end = 0
for name, t in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    a, b = t["data_offsets"]
    assert a == end, (name, a, end)
    values = array.array(codes[t["dtype"]], raw[8 + n + a : 8 + n + b])
    assert a % values.itemsize == 0
    out[name] = [t["dtype"], t["shape"], [str(v) for v in values]]
    end = b
assert 8 + n + end == len(raw)
print(json.dumps(out))`;
  const run = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
  assert.is(run.status, 0, run.stderr);
  const { metadata, ...found } = JSON.parse(run.stdout);
  const { "monge-sha256": checksum, ...rest } = metadata;
  assert.equal(rest, { origin: "test" });
  const zeroed = readFileSync(path).toString("latin1").replace(checksum, "0".repeat(64));
  assert.is(checksum, createHash("sha256").update(zeroed, "latin1").digest("hex"));
  assert.equal(found, {
    aligned: true,
    byte: ["U8", [3], ["0", "127", "255"]],
    double: ["F64", [2, 1], ["3.141592653589793", "-1e-300"]],
    single: ["F32", [], ["0.10000000149011612"]],
    int: ["I32", [2], ["-2147483648", "7"]],
    long: ["I64", [2], ["-9223372036854775808", "9007199254740993"]],
    empty: ["F32", [0, 3], []],
  });
});

test("we find the values that Python packed by the format's definition, at odd offsets and half precision too", async () => {
  if (!python) return console.log("SKIP python3 is not installed");
  const path = join(folder, "theirs.safetensors");
  const script = `
import json, struct, sys
halves = [0.0, -0.0, 1.0, -2.5, 65504.0, 6e-8, 6.1e-5, 1 / 3, float("inf")]
upper = [struct.unpack("<I", struct.pack("<f", v))[0] >> 16 for v in (1.0, -3.140625, 1e38, -0.0)]
parts = [("flag", "BOOL", struct.pack("3?", True, False, True), [3]),
         ("double", "F64", struct.pack("<2d", 0.1, -1e308), [2]),
         ("half", "F16", struct.pack("<9e", *halves), [9]),
         ("brain", "BF16", struct.pack("<4H", *upper), [2, 2]),
         ("long", "I64", struct.pack("<q", -(2 ** 62) - 1), [])]
header, data = {"__metadata__": {"by": "python"}}, b""
for name, dtype, raw, shape in parts:
    header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header).encode()
open(sys.argv[1], "wb").write(struct.pack("<Q", len(text)) + text + data)
print(json.dumps([struct.unpack("<e", struct.pack("<e", v))[0] for v in halves[:-1]]))`;
  const run = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
  assert.is(run.status, 0, run.stderr);
  const { tensors, metadata } = await readSafetensors(path);
  const values = (name: string) => [...tensors.get(name)!.data];
  assert.equal(metadata, { by: "python" });
  assert.equal(values("flag"), [1, 0, 1]);
  assert.equal(values("double"), [0.1, -1e308]);
  assert.equal(values("half"), [...(JSON.parse(run.stdout) as number[]), Infinity]);
  // Cutting float32 to its upper half keeps 8 significant bits.
  const [one, minusPi, large, minusZero] = values("brain").map(Number);
  assert.equal([one, minusPi, Object.is(minusZero, -0)], [1, -3.140625, true]);
  assert.ok(large! <= 1e38 && large! > 1e38 * (1 - 2 ** -7));
  assert.equal(values("long"), [-(2n ** 62n) - 1n]);
  assert.equal(tensors.get("brain")!.type, "BF16");
  assert.equal(tensors.get("brain")!.shape, [2, 2]);
});

test("a damaged file is refused with its path and what is wrong", () => {
  const f32 = (shape: number[], begin: number, end: number) => ({ dtype: "F32", shape, data_offsets: [begin, end] });
  const good = { a: f32([2], 0, 8), b: f32([1], 8, 12) };
  assert.is(decodeSafetensors(file(good, 12), "x").tensors.size, 2, "the sound file is read");
  const huge = file("{}");
  new DataView(huge.buffer).setBigUint64(0, 2n ** 60n, true);
  const cases: readonly [RegExp, Uint8Array][] = [
    [/0 bytes where the header's length takes 8/, new Uint8Array(0)],
    [/above 100000000/, huge],
    [/header of 50 bytes in a file of 20/, Uint8Array.of(50, 0, 0, 0, 0, 0, 0, 0, ...Array(12).fill(32))],
    [/not JSON/, file('{"a": ')],
    [/not JSON/, file("\u0001\u0002")],
    [/not a JSON object/, file("[1]")],
    [/not JSON/, Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe)],
    [/not JSON/, Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, ...Buffer.from('{"'), 0xff, ...Buffer.from('":{} }'))],
    [/"b" ends at byte 12 of 11/, file(good, 11)],
    [/1 bytes after the last tensor/, file(good, 13)],
    [/"b" at bytes 4–8 overlaps/, file({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8)],
    [/"b" at bytes 0–8 overlaps/, file({ a: f32([2], 0, 8), b: f32([2], 0, 8) }, 8)],
    [/"b" at bytes 12–16 leaves a gap/, file({ a: f32([2], 0, 8), b: f32([1], 12, 16) }, 16)],
    [/"a" at bytes 4–8 leaves a gap/, file({ a: f32([1], 4, 8) }, 8)],
    [/8 bytes where F32\[3\] takes 12/, file({ a: f32([3], 0, 8) }, 8)],
    [/data_offsets \[8,0\]/, file({ a: f32([2], 8, 0) }, 8)],
    [/data_offsets \[0,8.5\]/, file({ a: f32([2], 0, 8.5) }, 9)],
    [/data_offsets \[-8,0\]/, file({ a: f32([2], -8, 0) }, 8)],
    [/shape \[-2\]/, file({ a: f32([-2], 0, 8) }, 8)],
    [/shape "2"/, file({ a: { ...f32([], 0, 8), shape: "2" } }, 8)],
    [/element type "F8_E4M3"/, file({ a: { ...f32([8], 0, 8), dtype: "F8_E4M3" } }, 8)],
    [/element type "constructor"/, file({ a: { ...f32([8], 0, 8), dtype: "constructor" } }, 8)],
    [/not described by an object/, file({ a: null })],
    [/__metadata__ is not a map/, file({ __metadata__: { n: 1 } })],
  ];
  for (const [pattern, bytes] of cases) {
    try {
      decodeSafetensors(bytes, "weights/x.safetensors");
    } catch (error) {
      assert.ok(isMongeError(error) && error.kind === "format", `${pattern}: ${error}`);
      assert.match(error.message, pattern);
      assert.match(error.message, /^weights\/x\.safetensors: .+; .+/);
      continue;
    }
    assert.unreachable(String(pattern));
  }
});

test("a file cut at any byte, or with any header byte changed, is refused or still well formed, never a crash", () => {
  const tensors = {
    a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    b: { shape: [1], data: Uint8Array.of(9) },
  };
  const whole = concatenate(encodeSafetensors(tensors, { m: "n" }));
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => decodeSafetensors(whole.slice(0, length), "cut"), kinds("format"));
  }
  const change = fc.tuple(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(change, ([at, value]) => {
      const bytes = whole.slice();
      bytes[at] = value;
      try {
        decodeSafetensors(bytes, "changed");
      } catch (error) {
        assert.ok(isMongeError(error) && error.kind === "format", String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test("what cannot be written is refused before anything is written", async () => {
  const path = join(folder, "never.safetensors");
  const data = new Float32Array(3);
  const refusals: readonly [string, Parameters<typeof writeSafetensors>[1], Record<string, string>?][] = [
    ["shape", { a: { shape: [2], data } }],
    ["shape", { a: { shape: [-1, -3], data } }],
    ["options", { __metadata__: { shape: [3], data } }],
    ["options", { a: { shape: [3], data: [1, 2, 3] as unknown as Float32Array } }],
    ["options", {}, { n: 1 as unknown as string }],
  ];
  for (const [kind, tensors, metadata] of refusals) {
    try {
      await writeSafetensors(path, tensors, metadata);
    } catch (error) {
      assert.ok(isMongeError(error) && error.kind === kind, String(error));
      continue;
    }
    assert.unreachable(kind);
  }
  assert.not.ok(readdirSync(folder).some((name) => name.includes("never")));
});

test("the latest checkpoint is the one of the highest step, not the last name, and foreign files do not count", async () => {
  const directory = join(folder, "order");
  for (const step of [10 ** 8, 7, 10 ** 8 - 1]) await saveCheckpoint(directory, { step, tensors: {} });
  for (const name of ["step-999999999.safetensors.bak", "last.safetensors", ".step-999999999.safetensors.x.tmp"]) {
    writeFileSync(join(directory, "checkpoints", name), "");
  }
  assert.is((await loadCheckpoint((await latestCheckpoint(directory))!)).step, 10 ** 8);
});

test("a folder without checkpoints has no latest one, and another safetensors file is no checkpoint", async () => {
  assert.is(await latestCheckpoint(join(folder, "nowhere")), undefined);
  const path = join(folder, "foreign.safetensors");
  const refused = async () => {
    try {
      await loadCheckpoint(path);
    } catch (error) {
      return isMongeError(error) && error.kind === "format";
    }
    return false;
  };
  for (const metadata of [{}, { monge: "{" }, { monge: "null" }, { monge: '{"state": 1}' }]) {
    await writeSafetensors(path, {}, metadata as Record<string, string>);
    assert.ok(await refused(), JSON.stringify(metadata));
  }
  writeFileSync(path, readFileSync(path).subarray(0, 9));
  assert.ok(await refused());
});

test.run();

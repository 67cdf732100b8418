import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheOf, readEntry, trim } from "../../../../engine/files/cache.ts";
import { type CompileOptions, compile, constant, OptionsError, tf } from "../../../../engine/index.ts";
import { rowByRow } from "../../../../engine/tensors/loop.ts";
import { graphKey } from "../../../../engine/tensors/onnx/graph-cache.ts";
import { assert, refuses, suite, throws } from "../../../harness.ts";
import { nodeFlags, piece } from "../../../pieces.ts";

const test = suite<{ folder: string }>("cache of graphs");

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "monge-cache-"));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

/** Some hundred nodes: a chain with its gradient, a convolution that becomes one of blocks, and a loop. */
const deep = (x: tf.Tensor, image: tf.Tensor, filter: tf.Tensor): tf.Tensor[] => {
  const chain = (start: tf.Tensor): tf.Tensor => {
    let y = start;
    for (let k = 0; k < 60; k++) y = tf.tanh(tf.add(tf.mul(y, constant(1 + k / 100)), tf.mean(y)));
    return tf.sum(y);
  };
  const blocked = tf.relu(tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"));
  const looped = rowByRow([x], ([row]) => [tf.mul(row!, constant(1.25)), tf.sum(row!)]);
  return [tf.grad(chain)(x), blocked, ...looped];
};
const specs = [{ shape: [5, 7] }, { shape: [2, 6, 6, 32] }, { shape: [3, 3, 32, 32] }];

async function results(options: CompileOptions): Promise<readonly string[]> {
  const program = await compile(deep, specs, options);
  assert.ok(program.nodeCount >= 256, `${program.nodeCount} nodes`);
  const arrays = program.inputs.map(({ shape }) => {
    const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1 + i * 0.7));
    return options.precision === "float64" ? Float64Array.from(values) : Float32Array.from(values);
  });
  const outputs = await program.run(arrays);
  await program.dispose();
  return outputs.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString("base64"));
}

const entriesOf = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

for (const precision of ["float32", "float64"] as const) {
  test(`A graph of ${precision} gives the same bits without a cache, when it fills one, and from it`, async ({
    folder,
  }) => {
    const without = await results({ precision, cache: false });
    assert.equal(await results({ precision, cache: folder }), without);
    const [entry, ...others] = entriesOf(folder);
    assert.equal(others, []);
    const old = new Date(2001, 1, 1);
    utimesSync(entry!, old, old);
    assert.equal(await results({ precision, cache: folder }), without);
    assert.ok(statSync(entry!).mtimeMs > old.getTime(), "the entry was not used");
    // Threads change the sums, not the graph.
    await results({ precision, cache: folder, threads: 2 });
    assert.is(entriesOf(folder).length, 1);
  });
}

test("A damaged entry is made anew, whatever became of it", async ({ folder }) => {
  const sound = await results({ cache: folder });
  const [entry] = entriesOf(folder);
  const bytes = readFileSync(entry!);
  const damages: readonly (() => void)[] = [
    () => truncateSync(entry!, 0),
    () => truncateSync(entry!, 20),
    () => truncateSync(entry!, bytes.length - 1),
    () => writeFileSync(entry!, Buffer.concat([bytes, Buffer.of(0)])),
    ...[0, 40, bytes.length - 1].map((at) => () => {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 0x10;
      writeFileSync(entry!, changed);
    }),
  ];
  const nonsense = Buffer.from("sound, but no model");
  const sealed = Buffer.concat([createHash("sha256").update(nonsense).digest(), nonsense]);
  for (const damage of [...damages, () => writeFileSync(entry!, sealed)]) {
    damage();
    assert.equal(await results({ cache: folder }), sound);
    assert.ok(readFileSync(entry!).equals(bytes), "the entry stayed damaged");
  }
});

test("Processes that start at once with an empty folder leave one entry and agree", async ({ folder }) => {
  const script = `
    const { compile, tf } = await import(${piece("engine")});
    const fn = (x) => { let y = x; for (let k = 0; k < 150; k++) y = tf.tanh(tf.mul(y, 1 + k / 100)); return [y]; };
    const program = await compile(fn, [{ shape: [4] }]);
    console.log(program.nodeCount, (await program.run([Float32Array.of(1, 2, 3, 4)])).join());`;
  const run = () =>
    new Promise<string>((resolve, reject) => {
      const child = spawn(process.execPath, [...nodeFlags, "--input-type=module", "-e", script], {
        env: { ...process.env, MONGE_CACHE: folder },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (chunk) => {
        said += chunk;
      });
      child.on("error", reject).on("close", () => resolve(said));
    });
  const [first, ...others] = await Promise.all([run(), run(), run()]);
  assert.match(first!, /^30\d .*,/);
  assert.equal(others, [first!, first!]);
  assert.is(entriesOf(folder).length, 1);
});

test("A folder that cannot be used is an error where it was asked for, and none where it was not", async ({
  folder,
}) => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  await refuses(results({ cache: join(file, "cache") }), /part of the path is not a folder/);
  throws(() => cacheOf(""), OptionsError, /^/);
  const { XDG_CACHE_HOME, MONGE_CACHE } = process.env;
  try {
    delete process.env["MONGE_CACHE"];
    process.env["XDG_CACHE_HOME"] = file;
    assert.equal(await results({}), await results({ cache: false }));
  } finally {
    restore("XDG_CACHE_HOME", XDG_CACHE_HOME);
    restore("MONGE_CACHE", MONGE_CACHE);
  }
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

test("The variable MONGE_CACHE names a folder, or none", () => {
  const { MONGE_CACHE } = process.env;
  try {
    process.env["MONGE_CACHE"] = "off";
    assert.is(cacheOf(undefined), undefined);
    process.env["MONGE_CACHE"] = "/somewhere";
    assert.equal(cacheOf(undefined), { folder: "/somewhere", asked: true });
    assert.is(cacheOf(false), undefined);
  } finally {
    restore("MONGE_CACHE", MONGE_CACHE);
  }
});

test("A full folder loses what was used longest ago", ({ folder }) => {
  ["a", "b", "c", "d"].forEach((name, k) => {
    const path = join(folder, `${name}.entry`);
    writeFileSync(path, Buffer.alloc(100));
    utimesSync(path, 1000 + k, name === "a" ? 5000 : 1000 + k);
  });
  writeFileSync(join(folder, "of someone else"), Buffer.alloc(1000));
  trim(folder, 250);
  assert.equal(readdirSync(folder).sort(), ["a.entry", "d.entry", "of someone else"]);
});

test("The key tells runtime, settings and every byte of the model apart", () => {
  const model = Uint8Array.of(1, 2, 3);
  const key = graphKey(model, "1.30.0", { level: "all" });
  assert.is(graphKey(Uint8Array.of(1, 2, 3), "1.30.0", { level: "all" }), key);
  const others = [
    graphKey(Uint8Array.of(1, 2, 4), "1.30.0", { level: "all" }),
    graphKey(model, "1.30.1", { level: "all" }),
    graphKey(model, "1.30.0", { level: "basic" }),
  ];
  assert.is(new Set([key, ...others]).size, 4);
  assert.is(readEntry({ folder: "/nowhere", asked: false }, key), undefined);
});

test.run();

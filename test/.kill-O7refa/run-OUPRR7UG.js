import {
  systemBlas
} from "./chunk-RFNE7LAF.js";
import {
  compile,
  conv2d,
  mayHaveCuda,
  runtimeVersion
} from "./chunk-TNAG3B54.js";
import "./chunk-UT3GBMX3.js";
import {
  version
} from "./chunk-6KCX3X7U.js";
import {
  rng
} from "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  Unfinished,
  writeAtomically
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import {
  BackendError,
  isMongeError
} from "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson
} from "./chunk-K2VWOMW7.js";

// engine/doctor/diagnose.ts
import { arch, availableParallelism as availableParallelism2, cpus, freemem, platform, totalmem } from "node:os";

// engine/doctor/folder.ts
import { existsSync, statfsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
async function checkFolder(path) {
  const folder = resolve(path);
  if (!existsSync(folder)) {
    return { path: folder, isWritable: false, freeBytes: Number.NaN, advice: `it does not exist; mkdir -p ${folder}` };
  }
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  const file = join(folder, `.monge-doctor-${process.pid}`);
  const text = `monge ${process.pid}`;
  try {
    await writeAtomically(file, text);
    const isSame = await readFile(file, "utf8") === text;
    const advice = isSame ? "" : "what was written is not what is read again; check the disk";
    return { path: folder, isWritable: isSame, freeBytes, advice };
  } catch (error) {
    const { code } = error;
    if (code === void 0 && !isMongeError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { path: folder, isWritable: false, freeBytes, advice: `${reason}; choose another folder, or free this one` };
  } finally {
    await rm(file, { force: true });
  }
}

// engine/doctor/speed.ts
import { availableParallelism } from "node:os";
var usual = {
  convolution: 33,
  product: 20,
  measured: "2 threads of an Intel Xeon with AVX-512, best of 4 s while other work ran beside it"
};
async function speedCheck(seconds = 4) {
  const threads = availableParallelism();
  const counts = threads === 1 ? [1] : [1, threads];
  const each = seconds / (2 * counts.length);
  const convolution = [];
  const product = [];
  for (const count of counts) {
    convolution.push(await convolutionRate(count, each));
    product.push(await productRate(count, each));
  }
  return {
    threads,
    convolution: [convolution[0], convolution.at(-1)],
    product: [product[0], product.at(-1)],
    usual
  };
}
async function convolutionRate(threads, seconds) {
  const [images, side, channels] = [16, 64, 32];
  const filter = Float32Array.from(rng(1).uniform(9 * channels * channels), (u) => (u - 0.5) / channels);
  const step = await compile(
    (x) => {
      const weights = tf.tensor4d(filter, [3, 3, channels, channels]);
      return [conv2d(conv2d(x, weights), weights)];
    },
    [{ shape: [images, side, side, channels] }],
    { threads, name: "speed" }
  );
  const operations = 2 * 2 * 9 * channels * channels * images * side * side;
  return rateOf(step, [new Float32Array(images * side * side * channels).fill(0.1)], operations, seconds);
}
async function productRate(threads, seconds) {
  const n = 512;
  const product = await compile(
    (a, b) => [tf.matMul(a, b)],
    [{ shape: [n, n] }, { shape: [n, n] }],
    { threads, precision: "float64", name: "speed" }
  );
  const matrix = Float64Array.from(rng(2).uniform(n * n), (u) => u - 0.5);
  return rateOf(product, [matrix, matrix], 2 * n ** 3, seconds);
}
async function rateOf(program, inputs, operations, seconds) {
  await program.run(inputs);
  let best = 0;
  const end = performance.now() + 1e3 * seconds;
  do {
    const began = performance.now();
    await program.run(inputs);
    best = Math.max(best, operations / (1e6 * (performance.now() - began)));
  } while (performance.now() < end);
  await program.dispose();
  return best;
}

// engine/doctor/diagnose.ts
var mends = {
  webgpu: "it needs a GPU with a Vulkan, Metal or Direct3D 12 driver: on Debian and Ubuntu `apt-get install libvulkan1 mesa-vulkan-drivers`, or the maker's driver",
  cuda: "it needs an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9, and onnxruntime-node installed with them: `npm install onnxruntime-node --onnxruntime-node-install=cuda12`"
};
async function diagnose(options = {}) {
  const { folder = ".", seconds = 4 } = options;
  const devices = [await tried("cpu"), await tried("webgpu"), await tried("cuda")];
  const blas = systemBlas()?.name;
  const place = await checkFolder(folder);
  const cpu = devices[0];
  const speed = seconds > 0 && cpu.works ? await speedCheck(seconds) : void 0;
  return {
    versions: { monge: version(), node: process.version, onnxruntime: runtimeVersion(), tfjs: tf.version_core },
    machine: {
      platform: `${platform()} ${arch()}`,
      cpu: cpus()[0]?.model ?? "unknown",
      threads: availableParallelism2(),
      memoryBytes: totalmem(),
      freeBytes: freemem()
    },
    devices,
    blas,
    folder: place,
    speed,
    advice: [
      ...cpu.works ? [] : [`the CPU does not compute: ${cpu.advice}`],
      ...place.isWritable ? [] : [`${place.path} cannot be written: ${place.advice}`],
      ...place.isWritable && place.freeBytes < 1e9 ? [`${place.path} has less than 1 GB free`] : [],
      ...slowness(speed),
      ...blas === void 0 ? [noBlas()] : []
    ]
  };
}
async function tried(device) {
  if (device === "cuda" && !mayHaveCuda()) return { device, works: false, advice: mends.cuda };
  try {
    const twice = await compile((x) => [tf.mul(x, 2)], [{ shape: [2] }], { device, name: "doctor" });
    const [out] = await twice.run([Float32Array.of(1, 3)]);
    await twice.dispose();
    if (out[0] === 2 && out[1] === 6) return { device, works: true, advice: "" };
    return { device, works: false, advice: `it gives ${out} for 2 \xD7 (1, 3)` };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    if (device === "cpu") return { device, works: false, advice: `${error.message}; reinstall with \`npm ci\`` };
    return { device, works: false, advice: mends[device] };
  }
}
function slowness(speed) {
  if (speed === void 0) return [];
  const slow = ["convolution", "product"].filter((kind) => speed[kind][0] < 0.5 * speed.usual[kind]);
  if (slow.length === 0) return [];
  const told = slow.map(
    (kind) => `${kind}s at ${speed[kind][0].toFixed(0)} GFLOP/s, ${speed.usual[kind]} where the docs were measured`
  );
  return [`one thread is slow: ${told.join("; ")}. The machine is busy, shares its cores, or has no AVX2`];
}
function noBlas() {
  const how = {
    linux: "`apt-get install libopenblas0-pthread` (Debian, Ubuntu) or `dnf install openblas` and",
    darwin: "Accelerate is part of macOS:"
  };
  const before = how[platform()] ?? "install OpenBLAS and";
  return `Gauss\u2013Newton steps are faster with a system BLAS: ${before} \`npm install koffi\``;
}

// cli/doctor/run.ts
async function doctor({ folder, seconds, json, dryRun }) {
  if (dryRun) return emitJson({ command: "doctor", folder, seconds });
  const found = await diagnose({ folder, seconds });
  if (json) emitJson(found);
  else emit(lines(found).join("\n"));
  if (!found.devices[0].works || !found.folder.isWritable) throw new Unfinished();
}
var gigabytes = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
function lines({ versions, machine, devices, blas, folder, speed, advice }) {
  const rate = ([one, all], threads) => `${one.toFixed(0)} GFLOP/s by one thread${threads > 1 ? `, ${all.toFixed(0)} by ${threads}` : ""}`;
  return [
    `monge     ${versions.monge}, Node ${versions.node}, ONNX Runtime ${versions.onnxruntime}, TensorFlow.js ${versions.tfjs}`,
    `machine   ${machine.cpu}, ${machine.platform}, ${machine.threads} threads, ${gigabytes(machine.memoryBytes)} of memory`,
    ...devices.map((d) => `${d.device.padEnd(8)}  ${d.works ? "works" : `not here: ${d.advice}`}`),
    `BLAS      ${blas ?? "none"}`,
    `folder    ${folder.path}: ${folder.isWritable ? `can be written, ${gigabytes(folder.freeBytes)} free` : folder.advice}`,
    ...speed ? [
      `speed     convolutions ${rate(speed.convolution, speed.threads)} (${speed.usual.convolution} by one where the docs were measured)`,
      `          float64 products ${rate(speed.product, speed.threads)} (${speed.usual.product} by one there)`,
      `          measured there on ${speed.usual.measured}`
    ] : [],
    "",
    ...advice.length === 0 ? ["all is well"] : advice.map((text) => `to mend: ${text}`)
  ];
}
export {
  doctor
};

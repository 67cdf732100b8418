/** Everything that is asked of a machine before work starts on it. */

import { BackendError, isMongeError } from "../errors.ts";
import { writeAtomically } from "../files/atomic-file.ts";
import { version } from "../files/version.ts";
import { existsSync, readFile, rm, statfsSync } from "../platform/files.ts";
import { arch, availableParallelism, cpus, freemem, platform, process, totalmem } from "../platform/machine.ts";
import { join, resolve } from "../platform/paths.ts";
import { systemBlas } from "../system/system-blas.ts";
import { compile } from "../tensors/compile.ts";
import { mayHaveCuda, runtimeVersion } from "../tensors/session.ts";
import { tf } from "../tensors/tensor.ts";

/** True if a device computes. */
export interface DeviceCheck {
  readonly device: "cpu" | "webgpu" | "cuda" | "tensorflow";
  readonly works: boolean;
  /** Reason and remedy; empty where it works. */
  readonly advice: string;
}

/** Findings of a folder. */
export interface FolderCheck {
  readonly path: string;
  readonly isWritable: boolean;
  /** Bytes that this user may still write; NaN where the folder is not there. */
  readonly freeBytes: number;
  /** Why it cannot be written, and what to do; empty where it can. */
  readonly advice: string;
}

/** Findings. */
export interface Diagnosis {
  readonly versions: {
    readonly monge: string;
    readonly node: string;
    readonly onnxruntime: string;
    readonly tfjs: string;
  };
  readonly machine: {
    readonly platform: string;
    readonly cpu: string;
    /** Threads that this process may use. */
    readonly threads: number;
    readonly memoryBytes: number;
    readonly freeBytes: number;
  };
  readonly devices: readonly DeviceCheck[];
  /** Library of linear algebra that Gauss–Newton steps use; undefined where there is none. */
  readonly blas: string | undefined;
  readonly folder: FolderCheck;
  /** Remedies, most important first; empty where all is well. */
  readonly advice: readonly string[];
}

const remedies = {
  webgpu:
    "it needs a GPU with a Vulkan, Metal or Direct3D 12 driver: on Debian and Ubuntu `apt-get install libvulkan1 mesa-vulkan-drivers`, or the maker's driver",
  cuda: "it needs an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9, and the CUDA libraries of onnxruntime-node: `ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node` (not run by us)",
  tensorflow:
    "optional: `npm install @tensorflow/tfjs-node-gpu` with install scripts allowed, which downloads libtensorflow, lets the library's `compile` run on it (not run by us)",
} as const;

/**
 * Tries every device and the folder.
 *
 * @param folder - to try writing in
 * @param onProgress - called with each check before it is made
 */
export async function diagnose(folder: string, onProgress: (check: string) => void): Promise<Diagnosis> {
  const devices: DeviceCheck[] = [];
  // Drivers of Mesa would fill a folder of the user's home with the shaders of a trial.
  const { MESA_SHADER_CACHE_DISABLE: kept } = process.env;
  process.env["MESA_SHADER_CACHE_DISABLE"] ??= "true";
  for (const device of ["cpu", "webgpu", "cuda", "tensorflow"] as const) {
    onProgress(`trying ${device}`);
    devices.push(await tried(device));
  }
  if (kept === undefined) delete process.env["MESA_SHADER_CACHE_DISABLE"];
  onProgress(`trying to write in ${folder}`);
  const blas = systemBlas()?.name;
  const place = await checkFolder(folder);
  const cpu = devices[0]!;
  return {
    versions: { monge: version(), node: process.version, onnxruntime: runtimeVersion(), tfjs: tf.version_core },
    machine: {
      platform: `${platform()} ${arch()}`,
      cpu: cpus()[0]?.model ?? "unknown",
      threads: availableParallelism(),
      memoryBytes: totalmem(),
      freeBytes: freemem(),
    },
    devices,
    blas,
    folder: place,
    advice: [
      ...(cpu.works ? [] : [`the CPU does not compute: ${cpu.advice}`]),
      ...(place.isWritable ? [] : [`${place.path} cannot be written: ${place.advice}`]),
      ...(place.isWritable && place.freeBytes < 1e9 ? [`${place.path} has less than 1 GB free`] : []),
      ...(blas === undefined ? [noBlas()] : []),
    ],
  };
}

/** A graph of one product on the device, compared with the number it must give. */
async function tried(device: DeviceCheck["device"]): Promise<DeviceCheck> {
  if (device === "cuda" && !mayHaveCuda()) return { device, works: false, advice: remedies.cuda };
  try {
    const twice = await compile((x) => [tf.mul(x as tf.Tensor1D, 2)], [{ shape: [2] }], { device, name: "doctor" });
    const [out] = await twice.run([Float32Array.of(1, 3)]);
    await twice.dispose();
    if (out![0] === 2 && out![1] === 6) return { device, works: true, advice: "" };
    return { device, works: false, advice: `it gives ${out} for 2 × (1, 3)` };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    if (device === "cpu") return { device, works: false, advice: `${error.message}; reinstall with \`npm ci\`` };
    return { device, works: false, advice: remedies[device] };
  }
}

function noBlas(): string {
  const how = {
    linux: "`apt-get install libopenblas0-pthread` (Debian, Ubuntu) or `dnf install openblas` and",
    darwin: "Accelerate is part of macOS:",
  } as Readonly<Record<string, string>>;
  const before = how[platform()] ?? "install OpenBLAS and";
  return `Gauss–Newton steps are faster with a system BLAS: ${before} \`npm install koffi\``;
}

/**
 * A folder that takes files as runs and results are written: under another name, flushed, renamed, read again.
 *
 * @param path - an existing folder; nothing stays in it
 */
export async function checkFolder(path: string): Promise<FolderCheck> {
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
    const isSame = (await readFile(file, "utf8")) === text;
    const advice = isSame ? "" : "what was written is not what is read again; check the disk";
    return { path: folder, isWritable: isSame, freeBytes, advice };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined && !isMongeError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { path: folder, isWritable: false, freeBytes, advice: `${reason}; choose another folder, or free this one` };
  } finally {
    await rm(file, { force: true });
  }
}

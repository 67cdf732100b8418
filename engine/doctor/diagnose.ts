/** Everything that is asked of a machine before work starts on it. */
import { arch, availableParallelism, cpus, freemem, platform, totalmem } from "node:os";
import { BackendError } from "../errors.ts";
import { version } from "../files/version.ts";
import { systemBlas } from "../system/system-blas.ts";
import { compile } from "../tensors/compile.ts";
import { mayHaveCuda, runtimeVersion } from "../tensors/session.ts";
import { tf } from "../tensors/tensor.ts";
import { checkFolder, type FolderCheck } from "./folder.ts";
import { type SpeedCheck, speedCheck } from "./speed.ts";

/** True if a device computes. */
export interface DeviceCheck {
  readonly device: "cpu" | "webgpu" | "cuda" | "tensorflow";
  readonly works: boolean;
  /** Reason and remedy; empty where it works. */
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
  readonly speed: SpeedCheck | undefined;
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
 * Tries every device, the folder and the speed.
 *
 * @param folder - to try writing in
 * @param seconds - of the speed check; 0 for none
 * @param onProgress - called with each check before it is made
 */
export async function diagnose(
  folder: string,
  seconds: number,
  onProgress: (check: string) => void,
): Promise<Diagnosis> {
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
  if (seconds > 0 && cpu.works) onProgress(`measuring speed for ${seconds} s`);
  const speed = seconds > 0 && cpu.works ? await speedCheck(seconds) : undefined;
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
    speed,
    advice: [
      ...(cpu.works ? [] : [`the CPU does not compute: ${cpu.advice}`]),
      ...(place.isWritable ? [] : [`${place.path} cannot be written: ${place.advice}`]),
      ...(place.isWritable && place.freeBytes < 1e9 ? [`${place.path} has less than 1 GB free`] : []),
      ...slowness(speed),
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

/** Advice on measured speeds. */
export function slowness(speed: SpeedCheck | undefined): string[] {
  if (speed === undefined) return [];
  const { threads, convolution: rates } = speed;
  const idle =
    threads > 1 && rates[1] < rates[0]
      ? [
          `${threads} threads are slower than one here (convolutions ${rates[1].toFixed(0)} and ${rates[0].toFixed(0)} GFLOP/s): ` +
            "give --threads 1, or let other work end",
        ]
      : [];
  const slow = (["convolution", "product"] as const).filter((kind) => speed[kind][0] < 0.5 * speed.usual[kind]);
  if (slow.length === 0) return idle;
  const texts = slow.map(
    (kind) => `${kind}s at ${speed[kind][0].toFixed(0)} GFLOP/s, ${speed.usual[kind]} where the docs were measured`,
  );
  return [...idle, `one thread is slow: ${texts.join("; ")}. The machine is busy, shares its cores, or has no AVX2`];
}

function noBlas(): string {
  const how = {
    linux: "`apt-get install libopenblas0-pthread` (Debian, Ubuntu) or `dnf install openblas` and",
    darwin: "Accelerate is part of macOS:",
  } as Readonly<Record<string, string>>;
  const before = how[platform()] ?? "install OpenBLAS and";
  return `Gauss–Newton steps are faster with a system BLAS: ${before} \`npm install koffi\``;
}

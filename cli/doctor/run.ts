/** `monge doctor`: what was found, as lines or as JSON. */
import { type Diagnosis, diagnose } from "../../engine/doctor/index.ts";
import { Unfinished } from "../shell/failure.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import type { DoctorOptions } from "./command.ts";

export async function doctor({ out: folder, json, dryRun }: DoctorOptions): Promise<void> {
  if (dryRun) return emitJson({ command: "doctor", out: folder });
  const found = await diagnose(folder, say);
  if (json) emitJson(found);
  else emit(lines(found).join("\n"));
  if (!found.devices[0]!.works || !found.folder.isWritable) throw new Unfinished();
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function lines({ versions, machine, devices, blas, folder, advice }: Diagnosis): string[] {
  const rows: (readonly [label: string, text: string])[] = [
    [
      "monge",
      `${versions.monge}, Node ${versions.node}, ONNX Runtime ${versions.onnxruntime}, TensorFlow.js ${versions.tfjs}`,
    ],
    [
      "machine",
      `${machine.cpu}, ${machine.platform}, ${machine.threads} threads, ${gigabytes(machine.memoryBytes)} of memory`,
    ],
    ...devices.map((d) => [d.device, d.works ? "works" : `not here: ${d.advice}`] as const),
    ["BLAS", blas ?? "none"],
    [
      "folder",
      `${folder.path}: ${folder.isWritable ? `can be written, ${gigabytes(folder.freeBytes)} free` : folder.advice}`,
    ],
  ];
  return [
    ...rows.map(([label, text]) => `${label.padEnd(12)}${text}`),
    "",
    ...(advice.length === 0 ? ["all is well"] : advice.map((text) => `to fix: ${text}`)),
  ];
}

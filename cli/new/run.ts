/** `monge new`: a template as a file. */
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import type { NewOptions } from "./command.ts";
import { templates } from "./templates.ts";

export async function newFile(kind: keyof typeof templates, o: NewOptions): Promise<void> {
  const { output = `${kind}.json`, overwrite = false } = o;
  if (o.dryRun) return emitJson({ command: "new", kind, output });
  await prepareOutputs([{ path: output, option: "output" }], [], overwrite);
  await writeAtomically(output, templates[kind], { overwrite });
  say(`next: monge ${kind === "problem" ? `solve ${output}` : `train --config ${output}`}`);
  if (o.json) emitJson({ kind, output });
  else emit(output);
}

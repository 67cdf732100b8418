/** `monge merge`: from a store of tasks to files. */
import { mergeUnits } from "../../generative/sharded/index.ts";
import { checkFiles } from "../shell/failure.ts";
import { type Progress, startProgress } from "../shell/progress.ts";
import { emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import type { MergeCommandOptions } from "./command.ts";

export async function merge(store: string, options: MergeCommandOptions): Promise<void> {
  checkFiles("STORE", [store]);
  const { output, incomplete = false, overwrite = false, checksums } = options;
  if (options.dryRun) return emitJson({ command: "merge", store, output, incomplete, overwrite, checksums });
  let bar: Progress | undefined;
  const files = await mergeUnits(store, output, {
    ...{ overwrite, incomplete, checksums },
    history: `monge ${process.argv.slice(2).map(shellWord).join(" ")}`,
    onProgress({ done, total }) {
      bar ??= startProgress("merging", total, { unit: "times" });
      bar.update(done);
    },
  }).finally(() => bar?.stop());
  for (const { path } of files) say(`wrote ${path}`);
  if (options.json) emitJson({ store, files });
  else emit(files.map(({ path }) => path).join("\n"));
}

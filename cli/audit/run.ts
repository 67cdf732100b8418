/** `monge audit`: what is wrong with a store of units of work. */
import { auditUnits, type UnitTrouble } from "../../generative/sharded/index.ts";
import { checkFiles, Unfinished } from "../shell/failure.ts";
import { type Progress, startProgress } from "../shell/progress.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import type { AuditCommandOptions } from "./command.ts";

/** Lines of one kind that are printed. */
const MOST = 20;

export async function audit(store: string, options: AuditCommandOptions): Promise<void> {
  checkFiles("STORE", [store]);
  const { requeue = false, checksums } = options;
  if (options.dryRun) return emitJson({ command: "audit", store, requeue, checksums });
  let bar: Progress | undefined;
  const found = await auditUnits(store, {
    requeue,
    checksums,
    onProgress(done, total) {
      bar ??= startProgress("auditing", total, { unit: "units" });
      bar.update(done);
    },
  }).finally(() => bar?.stop());
  for (const path of found.leftovers.removed) say(`removed ${path}: a killed worker had left it unfinished`);
  if (found.leftovers.unknown.length > 0) {
    const whose = "of processes that cannot be seen from here; --requeue removes them";
    say(`${found.leftovers.unknown.length} temporary files ${whose}`);
  }
  if (options.json) emitJson({ ...found, requeued: requeue });
  else {
    const listed = (name: string, troubles: readonly UnitTrouble[]) => [
      ...troubles.slice(0, MOST).map(({ unit, what }) => `${name}${unit === undefined ? "" : ` ${unit}`}: ${what}`),
      ...(troubles.length > MOST ? [`${name}: and ${troubles.length - MOST} more`] : []),
    ];
    emit(
      [
        `${found.sound} of ${found.total} units are there and sound${checksums ? "" : " by name and size"}`,
        ...(found.missing.length > 0 ? [`missing: ${ranges(found.missing)}`] : []),
        ...listed("damaged", found.damaged),
        ...listed("duplicate", found.duplicate),
        ...listed("foreign", found.foreign),
        ...found.files.map((what) => `file: ${what}`),
        ...found.changed.map((path) => `changed: ${path} has other contents now than what units are drawn from`),
        ...(found.digest === undefined ? [] : [`complete, digest ${found.digest}`]),
      ].join("\n"),
    );
  }
  if (found.complete) return;
  const left =
    found.missing.length > 0 ? "--resume of `monge downscale` does what is missing" : "--requeue makes them missing";
  say(requeue ? `requeued; ${left}` : `not complete; ${left}`);
  throw new Unfinished();
}

/** `0-3, 7`: numbers that follow one another as ranges. */
function ranges(numbers: readonly number[]): string {
  const starts = numbers.flatMap((n, i) => (i > 0 && n === numbers[i - 1]! + 1 ? [] : [i]));
  const texts = starts.map((from, k) => {
    const [first, last] = [numbers[from]!, numbers[(starts[k + 1] ?? numbers.length) - 1]!];
    return first === last ? `${first}` : `${first}-${last}`;
  });
  const shown = texts.slice(0, MOST).join(", ");
  return texts.length > MOST ? `${shown}, … (${numbers.length} in all)` : shown;
}

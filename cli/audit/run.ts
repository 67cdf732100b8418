/** `monge audit`: faults of a store that is written task by task. */
import { OptionsError } from "../../engine/errors.ts";
import { auditUnits, isUnitStore, type UnitTrouble } from "../../generative/sharded/index.ts";
import { auditZarr, zarrVersion } from "../../io/formats/index.ts";
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
  if (!isUnitStore(store) && zarrVersion(store) !== undefined) return wholeStore(store, options);
  const found = await auditUnits(store, {
    requeue,
    checksums,
    onProgress({ done, total }) {
      bar ??= startProgress("auditing", total, { unit: "tasks" });
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
        `${found.sound} of ${found.total} tasks are there and sound${checksums ? "" : " by name and size"}`,
        ...(found.missing.length > 0 ? [`missing: ${ranges(found.missing)}`] : []),
        ...listed("damaged", found.damaged),
        ...listed("duplicate", found.duplicate),
        ...listed("foreign", found.foreign),
        ...found.files.map((what) => `file: ${what}`),
        ...found.changed.map((path) => `changed: ${path} has other contents now than what tasks were drawn from`),
        ...(found.digest === undefined ? [] : [`complete, digest ${found.digest}`]),
      ].join("\n"),
    );
  }
  if (found.complete) return;
  if (found.damaged.some(({ unit }) => unit === undefined)) {
    say("not complete; what is of no task is not drawn again: take another copy, or draw the store anew");
    throw new Unfinished();
  }
  const left =
    found.missing.length > 0 ? "--resume of `monge downscale` does what is missing" : "--requeue makes them missing";
  say(requeue ? `requeued; ${left}` : `not complete; ${left}`);
  throw new Unfinished();
}

/** A store that was not written in units: every chunk is read. */
async function wholeStore(store: string, { json, requeue, checksums }: AuditCommandOptions): Promise<void> {
  const given = requeue === true ? "requeue" : checksums ? undefined : "checksums";
  if (given !== undefined) {
    const flag = given === "requeue" ? "--requeue" : "--no-checksums";
    throw new OptionsError(`${store}: it has no tasks, so ${flag} means nothing here; leave it out`, given, true);
  }
  let bar: Progress | undefined;
  const found = await auditZarr(store, (done, total) => {
    bar ??= startProgress("auditing", total, { unit: "chunks" });
    bar.update(done);
  }).finally(() => bar?.stop());
  const absent = Object.entries(found.absent);
  if (json) emitJson(found);
  else {
    emit(
      [
        `${found.chunks} chunks, ${found.damaged.length === 0 ? "none damaged" : `${found.damaged.length} damaged`}`,
        ...found.damaged.slice(0, MOST).map((what) => `damaged: ${what}`),
        ...absent.map(([name, count]) => `absent: ${count} chunks of ${name}, read as missing or fill values`),
        ...(found.unchecked.length > 0
          ? [`without checksums: ${found.unchecked.join(", ")}; damage there may be read as other numbers`]
          : []),
      ].join("\n"),
    );
  }
  if (found.damaged.length > 0) throw new Unfinished();
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

/**
 * An ensemble by a Slurm array, for real: a Slurm of one node is started, eight tasks fill one store on a small disk, one is killed
 * with -9, the disk is filled under others; both are queued again. Then the store must be complete, and bit-equal to one that a
 * single process drew. Needs root, Debian's slurm-wlm and munge, and rights to mount a tmpfs.
 *
 *     npm run test:slurm
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { finishedUnits, rowFolder } from "../generative/sharded/unit-rows.ts";
import { writeNetcdf } from "../io/formats/netcdf/write.ts";
import { coarsen } from "../io/regrid/refine.ts";
import { bundled } from "../test/cli/bundle.ts";
import { writeSyntheticRain } from "../test/cli/data.ts";
import { writeUntrainedModel } from "../test/cli/model.ts";
import { cli } from "../test/cli/run.ts";

const shards = 8;
const folder = mkdtempSync(join(tmpdir(), "monge-slurm-"));
const code = mkdtempSync(join(cli, "../../test/.kill-"));
const at = (name: string) => join(folder, name);
const began = performance.now();
const tell = (line: string) => console.log(`${((performance.now() - began) / 1e3).toFixed(0).padStart(4)} s  ${line}`);
const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1e3 * seconds));
const environment = { ...process.env, PATH: `${at("bin")}:${process.env["PATH"]}`, SLURM_CONF: at("slurm/slurm.conf") };

function run(name: string, ...args: readonly string[]): string {
  return execFileSync(name, args, { encoding: "utf8", env: environment, cwd: folder });
}

/** State of every task of the array, by its index. */
function states(job: string): ReadonlyMap<number, string> {
  const lines = run("scontrol", "show", "job", job, "-o").trim().split("\n");
  const field = (line: string, name: string) => new RegExp(`\\b${name}=(\\S+)`).exec(line)?.[1] ?? "";
  return new Map(
    lines.flatMap((line) => {
      const index = field(line, "ArrayTaskId");
      return /^\d+$/.test(index) ? [[Number(index), field(line, "JobState")] as const] : [];
    }),
  );
}

/** The process of a running task: its script became the command. */
function processOf(task: number): number | undefined {
  const found = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const pid = found.find((one) => {
    try {
      const words = readFileSync(`/proc/${one}/cmdline`, "utf8").split("\0");
      return words.includes("downscale") && words.includes(`${task}/${shards}`) && words.includes(at("disk/out.zarr"));
    } catch {
      return false;
    }
  });
  return pid === undefined ? undefined : Number(pid);
}

/** Waits until a task is at work on its units: one of them is finished. */
async function taskAtWork(
  job: string,
  not: readonly number[] = [],
): Promise<{ readonly task: number; readonly pid: number }> {
  for (;;) {
    const done = [...finishedUnits(at("disk/out.zarr"))].map((unit) => unit % shards);
    for (const [task, state] of states(job)) {
      const pid = state === "RUNNING" && !not.includes(task) && done.includes(task) ? processOf(task) : undefined;
      if (pid !== undefined) return { task, pid };
    }
    await wait(0.1);
  }
}

const drawing = [
  at("model.safetensors"),
  at("coarse.nc"),
  "--members",
  "2",
  "--evaluations",
  "4",
  "--interval",
  "86400",
];
const options = [...drawing, "--seed", "7", "--threads", "1", "--unit", "2"];

async function prepare(): Promise<void> {
  for (const name of ["bin", "slurm", "disk"]) mkdirSync(at(name));
  const flags = bundled(code).join(" ");
  writeFileSync(at("bin/monge"), `#!/bin/bash\nexec ${process.execPath} ${flags} "$@"\n`);
  chmodSync(at("bin/monge"), 0o755);
  await writeNetcdf(
    at("coarse.nc"),
    coarsen(await writeSyntheticRain(at("fine.nc"), { days: 64, units: "mm", size: 64 }), 2),
  );
  await writeUntrainedModel(at("model.safetensors"), 2);
  run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", at("disk"));
  const root = join(cli, "../..");
  tell(
    `Slurm of one node:\n${execFileSync(join(root, ".ci/slurm-node.sh"), ["start", at("slurm")], { encoding: "utf8" })}`,
  );
}

async function main(): Promise<void> {
  await prepare();
  run("monge", "downscale", ...options, "-o", at("single.zarr"), "-q");
  const single = run("monge", "audit", at("single.zarr"), "-q");
  tell(`single process:\n${single}`);
  const script = run(
    "monge",
    "plan",
    ...options,
    "-o",
    at("disk/out.zarr"),
    "--shards",
    `${shards}`,
    "--slurm",
    "--measure",
    "1",
    "--memory",
    "1",
  );
  writeFileSync(at("job.sh"), script.replace("--cpus-per-task=2", "--cpus-per-task=1"));
  tell(`the script:\n${script}`);
  const job = run("sbatch", "--parsable", "job.sh").trim();
  tell(`submitted array ${job} of ${shards} tasks`);
  while (!existsSync(rowFolder(at("disk/out.zarr")))) await wait(0.2);

  const first = await taskAtWork(job);
  process.kill(first.pid, "SIGKILL");
  tell(`killed task ${first.task} (process ${first.pid}) with -9`);
  while (states(job).get(first.task) === "RUNNING") await wait(0.2);
  tell(
    `task ${first.task} is ${states(job).get(first.task)}; ${finishedUnits(at("disk/out.zarr")).size} units are finished`,
  );
  run("scontrol", "requeue", `${job}_${first.task}`);
  tell(`requeued task ${first.task}`);

  const second = await taskAtWork(job, [first.task]);
  const { bavail, bsize } = statfsSync(at("disk"));
  writeFileSync(at("disk/ballast"), new Uint8Array(bavail * bsize));
  tell(`filled the disk under task ${second.task}: ${statfsSync(at("disk")).bavail} blocks are free`);
  while (states(job).get(second.task) === "RUNNING") await wait(0.2);
  tell(
    `task ${second.task} is ${states(job).get(second.task)}, and said:\n${lastLines(`monge-${job}_${second.task}.log`)}`,
  );
  rmSync(at("disk/ballast"));
  const busy = () => [...states(job).values()].some((state) => /RUNNING|PENDING|COMPLETING|REQUEUE/.test(state));
  while (busy()) await wait(0.5);
  const audit = spawnSync("monge", ["audit", at("disk/out.zarr"), "-q"], { encoding: "utf8", env: environment });
  tell(`audit when the array is through, exit ${audit.status}:\n${audit.stdout}`);
  for (const [task, state] of states(job)) {
    if (state === "COMPLETED") continue;
    run("scontrol", "requeue", `${job}_${task}`);
    tell(`task ${task} is ${state}: requeued`);
  }
  while (busy()) await wait(0.5);
  tell(`tasks: ${[...states(job)].map(([task, state]) => `${task} ${state}`).join(", ")}`);
  const last = run("monge", "audit", at("disk/out.zarr"), "-q");
  tell(`audit at the end:\n${last}`);
  assert.is(last, single, "the store is not that of a single process");
  assert.is(
    spawnSync("diff", ["-r", "--brief", at("single.zarr/pr"), at("disk/out.zarr/pr")], { encoding: "utf8" }).stdout,
    "",
  );
  tell("complete, and bit-equal to the store of a single process");
}

/** The error that a task ended with. */
const lastLines = (name: string) => readFileSync(at(name), "utf8").trim().split("\n").slice(-3).join("\n");

try {
  await main();
} finally {
  spawnSync(join(cli, "../../.ci/slurm-node.sh"), ["stop", at("slurm")], { stdio: "inherit" });
  await wait(2);
  spawnSync("umount", [at("disk")]);
  for (const one of [folder, code]) rmSync(one, { recursive: true, force: true });
}

/** An ensemble by shards, as array tasks draw it: plan, draw, audit, merge, and what an independent program reads. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { shardFrom } from "../../cli/downscale/shard.ts";
import { coarsen, readField, writeNetcdf } from "../../io/index.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { writeUntrainedModel } from "./model.ts";
import { mongeDone, mongeHere, oneLine } from "./run.ts";

const { at } = temporaryFolder(test);
const drawing = ["--members", "3", "--evaluations", "2", "--seed", "5", "--interval", "86400", "--threads", "1"];
const asked = (store: string) => [at("model.safetensors"), at("coarse.nc"), "-o", at(store), ...drawing];
const draw = (store: string, ...more: string[]) => mongeHere("downscale", ...asked(store), "--unit", "1x2", ...more);

test.before(async () => {
  await writeNetcdf(at("coarse.nc"), coarsen(await writeSyntheticRain(at("fine.nc"), { days: 4, units: "mm" }), 2));
  await writeUntrainedModel(at("model.safetensors"), 2);
});

test("shards in any order fill one store, which is audited and merged into files that ncdump reads", async () => {
  for (const i of [2, 0]) assert.is((await draw("out.zarr", "--shard", `${i}/3`)).status, 0);
  const early = await mongeHere("audit", at("out.zarr"));
  assert.is(early.status, 1);
  assert.match(early.stdout, /^5 of 8 tasks are there and sound\nmissing: 1, 4, 7\n$/);
  assert.match(early.stderr, /not complete; --resume of `monge downscale` does what is missing/);
  const merged = await mongeHere("merge", at("out.zarr"), "-o", at("early.nc"));
  const way = "draw them (`monge downscale --resume`), or leave them missing (--incomplete)";
  assert.ok(oneLine(merged.stderr).includes(`3 of 8 tasks are missing, 0 damaged, 0 foreign; ${way}`), merged.stderr);
  const again = await draw("out.zarr");
  assert.is(again.status, 2);
  assert.match(
    oneLine(again.stderr),
    /there is a store of tasks already; --resume goes on with it, --overwrite replaces it/,
  );
  const { stderr } = await mongeDone("downscale", ...asked("out.zarr"), "--resume");
  assert.match(stderr, /3 of 8 tasks done now, 8 of 8 are in .*out\.zarr/);
  await mongeDone("downscale", ...asked("one.nc"));
  const whole = await readField(at("one.nc"));
  assert.equal((await readField(at("out.zarr"))).values, whole.values);
  assert.match((await mongeDone("audit", at("out.zarr"))).stdout, /^8 of 8 .* sound\ncomplete, digest [0-9a-f]{64}\n$/);
  assert.is((await mongeDone("merge", at("out.zarr"), "-o", at("{day}.nc"))).stdout.trim().split("\n").length, 4);
  const header = execFileSync("ncdump", ["-h", at("2020-01-03.nc")], { encoding: "utf8" });
  assert.match(header, /float pr\(time, realization, y, x\)/);
  assert.match(header, /:Conventions = "CF-1.11"/);
  assert.match(header, /:model_sha256 = /);
});

test("Slurm tells a process its shard, and what tells none is refused with the way out", () => {
  const auto = { index: undefined, count: undefined };
  const array = { SLURM_ARRAY_TASK_ID: "7", SLURM_ARRAY_TASK_MIN: "1", SLURM_ARRAY_TASK_COUNT: "8" };
  assert.equal(shardFrom(auto, array), { index: 6, count: 8 });
  const stepped = {
    SLURM_ARRAY_TASK_ID: "6",
    SLURM_ARRAY_TASK_MIN: "0",
    SLURM_ARRAY_TASK_COUNT: "4",
    SLURM_ARRAY_TASK_STEP: "2",
  };
  assert.equal(shardFrom(auto, stepped), { index: 3, count: 4 });
  assert.equal(shardFrom({ index: undefined, count: 9 }, { SLURM_ARRAY_TASK_ID: "8" }), { index: 8, count: 9 });
  const refused = (
    option: typeof auto | { index: undefined; count: number },
    env: Record<string, string>,
    what: RegExp,
  ) => assert.throws(() => shardFrom(option, env), what);
  refused(auto, {}, /are not all set; say i\/n/);
  refused(auto, { ...array, SLURM_ARRAY_TASK_ID: "20" }, /the array is not a range.*--shard auto\/n/);
  refused({ index: undefined, count: 4 }, { SLURM_ARRAY_TASK_ID: "4" }, /the index is 4; begin the array at 0/);
  refused({ index: undefined, count: 4 }, { JOB_COMPLETION_INDEX: "3" }, /SLURM_ARRAY_TASK_ID is not set; .*say i\/n/);
});

test("a plan prints tasks, bytes and hours, and writes the script of an array and an Indexed Job", async () => {
  const plan = ["plan", ...asked("p.zarr"), "--unit", "1x2", "--measure", "0.1"];
  const { stdout } = await mongeDone(...plan);
  assert.match(stdout, /^tasks {8}8, each at most time 1, realization 2, y 32, x 32; of time 4, realization 3/);
  assert.match(stdout, /evaluations {2}16: 8 maps of a group of members, 2 each/);
  assert.match(stdout, /one takes {4}[\d.e-]+ s, measured here, \d+ evaluations\ntime/);
  const script = (
    await mongeDone(...plan, "--slurm", "--shards", "5", "--measure", "0", "--seconds-per-evaluation", "900")
  ).stdout;
  assert.match(script, /^#!\/bin\/bash\n/);
  assert.match(script, /#SBATCH --array=0-4\n/);
  // 8 maps of 2 evaluations of 900 s are 4 h; the longest of 5 shards has 2 of 8 tasks: 1 h, and half as much again.
  assert.match(script, /#SBATCH --time=0-01:31:00\n/);
  const words = plan.slice(1, -2).join(" ");
  assert.ok(script.includes(`exec monge downscale ${words} --shard "$SLURM_ARRAY_TASK_ID/5"\n`), script);
  execFileSync("bash", ["-n"], { input: script });
});

test("files by the day come from shards through a store, as merge would write them, and are written again where they are damaged", async () => {
  mkdirSync(at("days"));
  const days = [at("model.safetensors"), at("coarse.nc"), "-o", at("days/rain-{day}.nc"), ...drawing, "--unit", "1x2"];
  const store = at("days/rain-units.zarr");
  await mongeDone("downscale", ...days, "--shard", "1/2");
  assert.equal(readdirSync(at("days")), ["rain-units.zarr"]);
  const { stderr } = await mongeDone("downscale", ...days, "--shard", "0/2");
  assert.match(stderr, /8 of 8 are in .*rain-units\.zarr\nwrote .*rain-2020-01-01\.nc/);
  const names = [1, 2, 3, 4].map((day) => `rain-2020-01-0${day}.nc`);
  assert.equal(readdirSync(at("days")).sort(), [...names, "rain-units.zarr"]);
  await mongeDone("downscale", ...asked("whole.nc"));
  const whole = await readField(at("whole.nc"));
  const firsts = await readField(at("days/rain-2020-01-03.nc"));
  assert.equal(firsts.values, whole.isel({ time: [2, 3] }).values);
  const header = execFileSync("ncdump", ["-h", at("days/rain-2020-01-03.nc")], { encoding: "utf8" });
  assert.match(header, /float pr\(time, realization, y, x\)/);

  writeFileSync(at("days/rain-2020-01-02.nc"), "no longer");
  rmSync(at("days/rain-2020-01-04.nc"));
  const { stdout } = await mongeDone("audit", store);
  const way = "has another checksum; move it away, and --resume writes it again";
  assert.match(stdout, new RegExp(`file: .*01-02\\.nc ${way}\nfile: .*01-04\\.nc is missing; --resume writes it`));
  const changed = await mongeHere("downscale", ...days, "--resume");
  assert.match(oneLine(changed.stderr), /01-02\.nc.* is not what was written from the store; move it away/);
  assert.is(readFileSync(at("days/rain-2020-01-02.nc"), "utf8"), "no longer");
  rmSync(at("days/rain-2020-01-02.nc"));
  const again = await mongeDone("downscale", ...days, "--resume");
  assert.match(again.stderr, /0 of 8 tasks done now.*\nwrote .*01-02\.nc\nwrote .*01-04\.nc\n$/);
  assert.not.match((await mongeDone("audit", store)).stdout, /file:/);
  const refused = await mongeHere("downscale", ...days);
  assert.match(oneLine(refused.stderr), /there is a store of tasks already; --resume goes on with it/);
  const foreign = days.with(3, at("{day}.nc"));
  writeFileSync(at("2020-01-01.nc"), "another's");
  const other = await mongeHere("downscale", ...foreign);
  assert.match(oneLine(other.stderr), /it is there already.*--overwrite/);
  assert.not.ok(existsSync(at("units.zarr")));
});

test("a plan that begins leaves a store without tasks, which shards then fill", async () => {
  const plan = ["plan", ...asked("begun.zarr"), "--unit", "1x2", "--measure", "0", "--begin"];
  assert.match((await mongeDone(...plan)).stderr, /laid .*begun\.zarr out/);
  assert.match((await mongeHere("audit", at("begun.zarr"))).stdout, /^0 of 8 tasks/);
  assert.match(oneLine((await mongeHere(...plan)).stderr), /there is a store of tasks already/);
  const { stderr } = await mongeDone("downscale", ...asked("begun.zarr"), "--shard", "1/3");
  assert.match(stderr, /3 of 8 tasks done now/);
});

test.run();

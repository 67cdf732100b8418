import { execFileSync } from "node:child_process";
import { slurmScript } from "../../../generative/index.ts";
import { assert, test } from "../../harness.ts";

const usual = { hours: undefined, threads: 2, memory: 4 };
const command = ["monge", "downscale", "my runs", "in.nc", "-o", "out.zarr"];

test("a script for Slurm gives every task its shard, with words as the shell takes them back, and time rounded up", () => {
  const script = slurmScript({ ...usual, command, shards: 12, hours: 26.501, memory: 3 }, ["measured"]);
  assert.match(script, /#SBATCH --array=0-11\n/);
  assert.match(script, /#SBATCH --time=1-02:31:00\n/);
  assert.match(script, /# measured\n/);
  // The shell's own words, with the command replaced by one that prints them.
  const env = { ...process.env, SLURM_ARRAY_TASK_ID: "7" };
  const words = execFileSync("bash", {
    input: script.replace("exec monge", "exec printf '%s\\n'"),
    encoding: "utf8",
    env,
  });
  assert.equal(words.trim().split("\n"), [...command.slice(1), "--shard", "7/12"]);
  assert.not.match(slurmScript({ ...usual, command, shards: 1 }), /--time/);
});

test("words with control signs, quotes and dollars come back as they were, from a script that shows all it does", () => {
  const words = [
    "\u001b[31mred.nc",
    "a\rb'c\\d",
    "\u202egnp.nc",
    "é\u0085$(x)$HOME",
    "it's $$ $(NAME)",
    "tab\tnew\nline",
  ];
  const script = slurmScript({ ...usual, command: ["monge", ...words], shards: 1 }, ["two\nrm -r x"]);
  assert.not.match(script, /[^\P{C}\n]|\n(?!#)rm/u);
  const env = { ...process.env, SLURM_ARRAY_TASK_ID: "0" };
  const input = script.replace("exec monge", "exec printf '%s\\0'");
  assert.equal(execFileSync("bash", { input, encoding: "utf8", env }).split("\0").slice(0, -1), [
    ...words,
    "--shard",
    "0/1",
  ]);
});

test.run();

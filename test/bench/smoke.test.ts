/** The benchmark runner and its arithmetic; never a time. */

import { type Contender, interleave, resultOf } from "../../bench/measure.ts";
import { assert, equalBy, test } from "../harness.ts";
import { runScript } from "../script.ts";

const bench = (...args: string[]) => runScript("bench/run.ts", args);

/** A contender whose runs take the given times in turn. */
function scripted(side: "ours" | "peer", label: string, times: readonly number[], log: string[]): Contender {
  let k = 0;
  return {
    side,
    label,
    async time(settle, runs) {
      log.push(label);
      k += settle;
      return Array.from({ length: runs }, () => times[k++ % times.length]!);
    },
  };
}

test("a peer that takes twice our time gives ratio 2, whatever the unit", async () => {
  const timed = await interleave(
    [scripted("ours", "a", [10, 11, 12], []), scripted("peer", "b", [20, 22, 24], [])],
    { turns: 3 },
    () => {},
  );
  const plain = resultOf("x", timed);
  assert.equal([plain.ours, plain.peer, plain.ratio, plain.ratioOfMedians], [10, 20, 2, 2]);
  const rate = resultOf("x", timed, { unit: "1/s", rate: (ms) => 1000 / ms });
  assert.equal([rate.ours, rate.peer, rate.ratio], [100, 50, 2]);
});

test("after the warm-up both sides run in turn, and a hopeless variant is dropped by name", async () => {
  const log: string[] = [];
  const { timings, notes } = await interleave(
    [scripted("ours", "a", [1], log), scripted("peer", "b", [3], log), scripted("peer", "slow", [90], log)],
    { turns: 3 },
    () => {},
  );
  assert.equal(log.slice(-6), ["a", "b", "a", "b", "a", "b"]);
  equalBy(timings, (t) => t.label, ["a", "b"]);
  assert.match(notes.join(), /slow.*dropped/);
});

test("without a peer there is a number of ours and no ratio", async () => {
  const result = resultOf("x", await interleave([scripted("ours", "a", [5], [])], { turns: 2 }, () => {}));
  assert.equal([result.ours, result.peer, result.ratio], [5, null, null]);
});

test("the runner lists the benchmarks of the engine and refuses an unknown name", async () => {
  const list = await bench();
  assert.is(list.status, 0);
  assert.is(list.stdout, "");
  // biome-ignore format: a table
  const rows = [
    "residual-block", "unet-step", "compiled-vs-eager", "pinn-step", "sampler", "training-run", "compile-time",
    "gpu-step",
  ];
  for (const name of rows) {
    assert.ok(list.stderr.includes(name), name);
  }
  const unknown = await bench("no-such-bench");
  assert.is(unknown.status, 2);
  assert.match(unknown.stderr, /no-such-bench/);
});

test.run();

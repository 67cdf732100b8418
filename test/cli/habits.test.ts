/** What a user of the shell expects of every command: quiet on request, no colours, progress in plain lines. */
import { rateText, startProgress } from "../../cli/shell/progress.ts";
import { readField, writeField } from "../../io/index.ts";
import { testData } from "../data.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { mongeDone, mongeHere, mongeRefused, oneLine } from "./run.ts";

const { at } = temporaryFolder(test);

const radar = at("radar.nc");
const whole = await readField(testData("radar/fmi_20160928_cut.nc"), { variable: "pr" });
await writeField(radar, whole.isel({ time: [0, 4], y: [0, 24], x: [0, 24] }));
const scoring = ["verify", radar, radar, "--draws", "100"];

/** Runs on a terminal or not, and gives what stood on standard error. */
function heard(work: () => void, terminal: Readonly<Record<string, unknown>> = {}): string {
  const write = process.stderr.write;
  const before = Object.getOwnPropertyDescriptor(process.stderr, "isTTY");
  let said = "";
  Object.defineProperty(process.stderr, "isTTY", { value: terminal["isTTY"] === true, configurable: true });
  process.stderr.write = (text: string | Uint8Array) => {
    said += String(text);
    return true;
  };
  try {
    work();
  } finally {
    process.stderr.write = write;
    if (before) Object.defineProperty(process.stderr, "isTTY", before);
    else Reflect.deleteProperty(process.stderr, "isTTY");
  }
  return said;
}

test("--quiet leaves data and errors, and the next command speaks again", async () => {
  const quiet = await mongeDone(...scoring, "--quiet");
  assert.is(quiet.stderr, "");
  assert.match(quiet.stdout, /^scored/);
  await mongeRefused(/^monge: nothing\.nc/, "info", "nothing.nc", "-q");
  assert.match(oneLine((await mongeHere(...scoring)).stderr), /scoring 4\/4 maps/);
});

test("nothing that a command prints is coloured", async () => {
  for (const args of [scoring, ["info", radar], ["verify", "--help"], ["solve", "--list"]]) {
    const { stdout, stderr } = await mongeHere(...args);
    assert.not.ok((stdout + stderr).includes("\u001b["));
  }
});

test("progress off a terminal, and on a dumb one, is plain lines with rate and time left", () => {
  const work = () => {
    const bar = startProgress("training", 10, { from: 4, unit: "steps" });
    const until = performance.now() + 20;
    while (performance.now() < until);
    bar.update(10, "loss 0.5");
  };
  const said = heard(work);
  assert.match(said, /^training 10\/10 steps, loss 0\.5, \d+ steps\/s\n$/);
  const { TERM } = process.env;
  process.env["TERM"] = "dumb";
  try {
    assert.match(heard(work, { isTTY: true }), /^training 10\/10 steps, loss 0\.5, \d+ steps\/s\n$/);
  } finally {
    if (TERM === undefined) Reflect.deleteProperty(process.env, "TERM");
    else process.env["TERM"] = TERM;
  }
});

test("on a terminal a bar is drawn in place, never wider than the terminal, and whole at the end", () => {
  const said = heard(
    () => {
      const bar = startProgress("training\u001b[31m", 10, { unit: "steps" });
      bar.update(1);
      bar.update(10, "loss 0.5");
      bar.stop();
    },
    { isTTY: true },
  );
  const drawn = said.trimEnd().split("\r\u001b[2K").slice(1);
  assert.match(drawn[0]!, /^training\S* ░{28} 0\/10 steps$/);
  assert.match(drawn.at(-1)!, /^training\S* █{28} 10\/10 steps, /);
  for (const line of drawn) assert.ok(line.length < 80 && !line.includes("\u001b"), line);
  assert.ok(said.endsWith("\n"));
});

test("a rate is said by the second, or by the minute where work is slow", () => {
  assert.is(rateText(12.34, "steps"), "12 steps/s");
  assert.is(rateText(0.05, "steps"), "3 steps/min");
  assert.is(rateText(1234, ""), "1200/s");
});

test.run();

/** Values of options that their kinds do not hold, of every command: the table that the parser is made of makes these tests, too. */
import { buildProgram } from "../../cli/program.ts";
import { kindOf } from "../../cli/shell/table.ts";
import { among, between, checkOptions, positive, real, share, text, whole, wordOr } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/index.ts";
import { assert, test, throws } from "../harness.ts";
import { mongeHere, oneLine } from "./run.ts";

/** One of them is wrong for every kind that does not take all texts. */
const words = ["-1", "0", "0.5", "1", "7", "1e400", "no such word", ""];

test("every option refuses what its kind does not hold, with the value and what is expected, before anything is read", async () => {
  const { commands } = await buildProgram();
  let [options, refusals] = [0, 0];
  for (const command of commands) {
    for (const option of command.options) {
      const kind = kindOf(option);
      if (kind === undefined || kind === (text as unknown)) continue;
      options++;
      const wrong = words.filter((word) => kind(kind.read(word), "") !== undefined);
      assert.ok(wrong.length > 0, `${option.flags} takes every word`);
      for (const word of wrong) {
        const { status, stdout, stderr } = await mongeHere(command.name(), `${option.long}=${word}`);
        assert.equal([status, stdout], [2, ""], `${command.name()} ${option.long}=${word}\n${stderr}`);
        const shown = word !== "" && Number.isFinite(Number(word)) ? word : JSON.stringify(word);
        const expected = kind.expected.replaceAll('"', "");
        assert.is(oneLine(stderr), `monge: ${option.long}: ${option.long} is ${shown}; expected ${expected}\n`);
        refusals++;
      }
    }
  }
  assert.ok(options > 80 && refusals > 300, `${refusals} refusals of ${options} options`);
});

test("kinds hold the values of their range, its ends as they say, and nothing of another type", () => {
  for (const [kind, inside, outside] of [
    [whole(), [1, 7], [0, 1.5, -1, Number.NaN, 2 ** 53, "1", null]],
    [whole(0, 9), [0, 9], [-1, 10, 0.5, true]],
    [positive(), [5e-324, 1, Number.MAX_VALUE], [0, -1, Number.POSITIVE_INFINITY, Number.NaN, "2"]],
    [positive(100), [100], [100.5, 0]],
    [real(), [0, -1e308], [Number.NaN, Number.NEGATIVE_INFINITY, "0", undefined]],
    [real(0), [0], [-1e-300]],
    [real(0, 1), [0, 1], [1.0000001, -0.1]],
    [share, [0, 0.999], [1, -0.1]],
    [between(0, 1), [0.5], [0, 1, Number.NaN]],
    [among("fair", "ecdf"), ["fair"], ["Fair", 1, null]],
    [wordOr("time", positive()), ["time", 3], ["times", 0]],
    [wordOr(null, positive()), [null, 3], [undefined, 0]],
    [text, [""], [1, null]],
  ] as const) {
    for (const value of inside) assert.is(kind(value, "it"), undefined, `${kind.expected}: ${value}`);
    for (const value of outside) assert.match(kind(value, "it") ?? "", `, expected ${kind.expected}`, String(value));
  }
});

test("a function refuses options that it has not, and values that an option cannot take, with the option's name", () => {
  const checks = { count: whole(), how: among("a", "b") };
  checkOptions("count", { count: 2, how: undefined }, checks);
  for (const [options, message] of [
    [{ counts: 2 }, /^count: unknown option "counts"; did you mean count\? known are count, how$/],
    [{ count: 0 }, /^count: count is 0, expected a whole number ≥ 1$/],
    [{ how: "c" }, /^count: how is "c", expected one of "a", "b"$/],
    [{ count: null }, /^count: count is null, expected a whole number ≥ 1$/],
  ] as const) {
    const error = throws(() => checkOptions("count", options, checks), OptionsError, message);
    assert.is((error as OptionsError).option, Object.keys(options)[0]);
  }
});

test.run();

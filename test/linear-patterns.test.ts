/** Regular expressions of the library read long texts in a time that grows as their length does. */
import { Worker } from "node:worker_threads";
import ts from "typescript";
import { assert, test } from "./harness.ts";
import { readers, slowTexts } from "./long-texts.ts";
import { filesIn, libraryFolders, parse, type Source, sourceAt } from "./structure-rules.ts";

/** A regular expression, and where it is written. */
interface Pattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** The literals in a file. */
function patternsOf(source: Source): Pattern[] {
  const { path } = source;
  const file = parse(source);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push({ place: `${path}:${line}`, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Stretches of a pattern that stand for themselves, such as `<Item` and `since`. */
const wordsOf = (source: string): string[] =>
  source
    .replaceAll(/\\[a-zA-Z]|\[[^\]]*\]|\(\?<?[=!:]/g, " ")
    .replaceAll("\\", "")
    .split(/[\s()|?*+^$]+/)
    .filter((word) => word !== "");

/**
 * Runs in a thread that can be ended: each pattern on signs and on its own words, said again and again behind some beginning, then
 * what ends the match.
 */
const reading = String.raw`
const { parentPort, workerData } = require("node:worker_threads");
const many = (before, word, end) => before + word.repeat(30_000 / word.length) + end;
const signs = [..." \t\n\0()[]{}<>/\\.,;:=+-*_0aA'\"#&%é", "a ", ", ", "a: ", "-:", "x="];
const ends = ["", "\t\u0001z"];
const common = signs.flatMap((sign) => ["", "a", "a=", "a:"].flatMap((before) => ends.map((end) => many(before, sign, end))));
for (const { source, flags, words } of workerData) {
  const whole = words.join(" ");
  const pattern = new RegExp(source, flags);
  const read = (text) => {
    pattern.lastIndex = 0;
    if (flags.includes("g")) text.replace(pattern, "");
    else pattern.exec(text);
  };
  common.forEach(read);
  for (const word of [...words, " " + whole, ...words.map((word) => word + " a")]) for (const end of ends) read(many("", word, end));
  for (const before of [...words, whole]) for (const sign of [" ", "0", "a"]) for (const end of ends) read(many(before, sign, end));
  parentPort.postMessage("done");
}`;

/** Patterns that take longer than a linear one could, by far; without a repetition none does. */
async function slowOf(all: readonly Pattern[]): Promise<string[]> {
  const patterns = all.filter(({ source }) => /[*+]|\{\d*,\d*\}/.test(source));
  const slow: string[] = [];
  for (let from = 0; from < patterns.length; ) {
    let done = from;
    const workerData = patterns.slice(from).map((one) => ({ ...one, words: wordsOf(one.source) }));
    const worker = new Worker(reading, { eval: true, workerData });
    let since = process.cpuUsage();
    worker.on("message", () => {
      done += 1;
      since = process.cpuUsage();
    });
    // Of the processor a linear one takes up to a third of a second for all texts, where each sign is a match; a quadratic one half a second for one.
    const wait = setInterval(() => process.cpuUsage(since).user > 0.8e6 && worker.terminate(), 100);
    await new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject)).finally(() =>
      clearInterval(wait),
    );
    if (done < patterns.length) slow.push(`${patterns[done]!.place}: /${patterns[done]!.source}/`);
    from = done + 1;
  }
  return slow;
}

test("no regular expression of the library goes back over a text again and again", async () => {
  const patterns = libraryFolders.flatMap((folder) => filesIn(folder).map(sourceAt)).flatMap(patternsOf);
  assert.ok(patterns.length > 300, `${patterns.length}`);
  assert.equal(await slowOf([...new Map(patterns.map((one) => [one.source + one.flags, one])).values()]), []);
});

test("one that does is found", async () => {
  const planted = String.raw`const a = /^\w+:\s*([^,]+)\s*,$/, b = /\d+$/, c = /^[a-z]+:/;`;
  const patterns = patternsOf({ path: "planted.ts", text: planted });
  assert.is(patterns.length, 3);
  assert.equal(
    await slowOf(patterns),
    patterns.slice(0, 2).map(({ place, source }) => `${place}: /${source}/`),
  );
});

test("no reader of lines, options, units, formulas or metadata stands still over thousands of the same sign", () => {
  assert.ok(Object.keys(readers).length > 25);
  const slow = Object.entries(readers).flatMap(([name, read]) => slowTexts(read).map((text) => `${name}: ${text}…`));
  assert.equal(slow, []);
});

test("one that does is found by the text that it stands still over", () => {
  assert.equal(
    slowTexts((text) => text.replace(/ +$/, "")),
    ["x = 0       "],
  );
});

test.run();

/** The real files of `test/data`: each has a source and a licence, unchanged ones are unchanged, and all are found. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFiles, dataFolder, findData, moreData, testData } from "./data.ts";
import { assert, inFolder, test } from "./harness.ts";
import { skip } from "./io/oracle.ts";

const root = fileURLToPath(new URL("./data/", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.includes("/") && statSync(join(root, name)).isFile())
  .sort();

/** Runs with another `MONGE_DATA`, and gives what was printed. */
function withData<T>(value: string | undefined, run: () => T): { readonly result: T; readonly printed: string[] } {
  const [before, log] = [process.env["MONGE_DATA"], console.log];
  const printed: string[] = [];
  const set = (v: string | undefined) => {
    if (v === undefined) delete process.env["MONGE_DATA"];
    else process.env["MONGE_DATA"] = v;
  };
  try {
    set(value);
    console.log = (line: string) => printed.push(line);
    return { result: run(), printed };
  } finally {
    console.log = log;
    set(before);
  }
}

test("every real file has a row with source and licence, every row has a file, and all are less than 12 MB", () => {
  const rows = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^\| `(.+?)` +\|(.+)\|(.+)\|(.+)\|$/gm)];
  assert.ok(rows.length > 20 && rows.every((cells) => cells.slice(1).every((cell) => cell.trim() !== "")));
  const patterns = rows.map(([, name]) => new RegExp(`^${name!.replace(/[.+()]/g, "\\$&").replaceAll("*", "[^/]*")}$`));
  const without = files.filter((file) => !patterns.some((pattern) => pattern.test(file)));
  const empty = patterns.filter((pattern) => !files.some((file) => pattern.test(file)));
  assert.equal([without, empty], [[], []]);
  assert.ok(files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0) < 12e6);
});

test("a file that is not called cut is the corpus's, byte for byte", () => {
  const corpus = dataFolder();
  if (corpus === undefined) return skip("the originals of test/data: MONGE_DATA names no folder");
  const whole = files.filter((file) => !/[_-]cut[_.-]/.test(file));
  assert.ok(whole.length > 40);
  for (const file of whole) {
    const path = moreData(file);
    if (path !== undefined) assert.ok(readFileSync(path).equals(readFileSync(join(root, file))), file);
  }
});

test("files of larger corpora come after those of the repository, and without them a skip is printed", async () => {
  await inFolder((corpus) => {
    mkdirSync(join(corpus, "radar"));
    for (const name of ["fmi_20160928_cut.nc", "other.nc"]) writeFileSync(join(corpus, "radar", name), "");
    const own = testData("radar/fmi_20160928_cut.nc");
    const both = withData(corpus, () => dataFiles(["radar", "nowhere"], /^(fmi_2016|other)/));
    assert.equal(both, { result: [own, join(corpus, "radar/other.nc")], printed: [] });
    const alone = withData(undefined, () => dataFiles("radar", /^(fmi_2016|other)/));
    assert.equal(alone, { result: [own], printed: ["SKIP more files of radar: MONGE_DATA names no folder"] });
    assert.is(withData(corpus, () => findData("radar/other.nc")).result, join(corpus, "radar/other.nc"));
    assert.is(withData("", () => findData("radar/other.nc")).result, undefined);
    const gone = withData(corpus, () => moreData("radar/third.nc"));
    assert.equal(gone, { result: undefined, printed: ["SKIP radar/third.nc: it is not in MONGE_DATA"] });
    assert.throws(() => withData(join(corpus, "none"), dataFolder), /MONGE_DATA is ".*none"; expected a folder/);
    assert.throws(() => testData("radar/none.nc"), /test\/data\/radar\/none\.nc is missing/);
  });
});

test.run();

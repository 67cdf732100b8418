/** Code on the pages is code: it compiles against the package, and the command line knows its options. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, none, test } from "../harness.ts";
import { blocksOf, blocksOfPages, commandComplaint, commandsOf, typeComplaints } from "./blocks.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const blocks = blocksOfPages();
const planted = blocksOf(
  "page.md",
  '```ts\nimport { gone } from "monge";\nsinkhorn(1);\nfree(2);\n```\n```sh\nmonge solve a.json --sceonds 3\n```\n',
);
const modules = blocks.filter(({ language }) => language === "ts");
/** Of the pages and of the planted block, which the compiler reads together. */
const complaints = typeComplaints([...modules, planted[0]!]);
const isPlanted = (complaint: string) => complaint.startsWith("page.md");

test("every block of TypeScript on the pages compiles against the package", () => {
  assert.ok(modules.length > 20, `${modules.length}`);
  none(complaints, (one) => !isPlanted(one));
});

test("every command on the pages has the options that it is given", async () => {
  const lines = blocks.filter(({ language }) => language === "sh" || language === "text");
  let known = 0;
  for (const block of lines)
    for (const line of commandsOf(block)) {
      assert.is(await commandComplaint(line), undefined, `${block.place}: ${line}`);
      known += 1;
    }
  assert.ok(known > 20, `${known}`);
});

/** Pages whose blocks are compiled, or checked for their options, and not run. */
const notRun = new Map([
  ["docs/explanation/architecture.md", "the tree of folders; its blocks are no code"],
  ["research/deepxde-examples.md", "benches of minutes"],
  ["research/downscaling-results.md", "benches of hours"],
  ["research/engine-results.md", "logs of kills and of Slurm"],
  ["research/generator-results.md", "benches of days"],
  ["research/optimizer-results.md", "benches of minutes"],
  ["research/pretrained-results.md", "benches of hours"],
  ["research/rain-calibration-results.md", "benches of an hour"],
  ["research/worked-case-results.md", "a bench of several minutes, on files of MeteoNet"],
  ["docs/how-to/browser.md", "runs in a page; test/browser/tasks.test.ts runs what it says in Chromium"],
  ["docs/how-to/gpu.md", "asks for a GPU"],
  ["docs/how-to/equations-and-data.md", "test/examples/equations-with-data.test.ts solves its problems"],
  ["research/results.md", "benches of hours"],
  ["research/rain-in-time-results.md", "benches of half an hour"],
  [
    "docs/how-to/pretrained.md",
    "archives that are not here; test/generative/model/pretrained.test.ts draws from the model",
  ],
  ["docs/how-to/refine-in-time.md", "asks for films of radar; test/cli/refine-times.test.ts runs its options"],
  ["docs/how-to/serve.md", "a server; test/serve starts it"],
  ["docs/how-to/sums-and-catchments.md", "asks for films of radar; test/cli/verify.test.ts runs its options"],
  ["research/solver-results.md", "benches of hours"],
]);

test("every page with code is run by a test of this folder, or its reason stands here", () => {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const tests = readdirSync(folder).filter((name) => name.endsWith(".test.ts") && name !== "blocks.test.ts");
  const code = tests.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const pages = new Set(blocks.map(({ place }) => place.replace(/:\d+$/, "")));
  const run = [...pages].filter((page) => code.includes(`${page.replace("docs/", "")}"`));
  none([...pages], (page) => run.includes(page) === notRun.has(page));
  none([...notRun.keys()], (page) => !pages.has(page));
  for (const [page, reason] of notRun) console.log(`  not run: ${page} (${reason})`);
});

test("every script of a command that a page names is there", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
  let known = 0;
  for (const { place, code } of blocks.filter(({ language }) => language === "sh")) {
    for (const [, file] of code.matchAll(/\b((?:bench|examples|test)\/[\w./-]+\.(?:ts|py))\b/g)) {
      assert.ok(existsSync(join(root, file!)), `${place}: ${file}`);
      known += 1;
    }
    for (const [, name] of code.matchAll(/npm run ([\w:-]+)/g))
      assert.ok(Object.hasOwn(scripts, name!), `${place}: ${name}`);
  }
  assert.ok(known > 15, `${known}`);
});

test("a name that is gone, an argument of another kind and an unknown option are seen", async () => {
  const found = complaints.filter(isPlanted);
  assert.is(found.length, 2, found.join("\n"));
  assert.match(found[0]!, /page\.md:1: .*gone/);
  assert.match((await commandComplaint(commandsOf(planted[1]!)[0]!))!, /--sceonds.*\n?.*--seconds/);
});

test.run();

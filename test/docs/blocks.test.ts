/** Code on the pages is code: it compiles against the package, and the command line knows its options. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { blocksOf, blocksOfPages, commandComplaint, commandsOf, typeComplaints } from "./blocks.ts";

const blocks = blocksOfPages();

test("every block of TypeScript on the pages compiles against the package", () => {
  const modules = blocks.filter(({ language }) => language === "ts");
  assert.ok(modules.length > 20, `${modules.length}`);
  assert.equal(typeComplaints(modules), []);
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

test("a name that is gone, an argument of another kind and an unknown option are seen", async () => {
  const page =
    '```ts\nimport { gone } from "monge";\nsinkhorn(1);\nfree(2);\n```\n```sh\nmonge solve a.json --sceonds 3\n```\n';
  const [code, shell] = blocksOf("page.md", page);
  const complaints = typeComplaints([code!]);
  assert.is(complaints.length, 2, complaints.join("\n"));
  assert.match(complaints[0]!, /page\.md:1: .*gone/);
  assert.match((await commandComplaint(commandsOf(shell!)[0]!))!, /--sceonds.*\n?.*--seconds/);
});

test.run();

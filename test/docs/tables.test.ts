/** Tables and sentences of README.md and docs say what their records say; `bench/tables.ts --write` mends those that do not. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { csvOf, csvPath, differences, tablesOf, unmarked, written } from "../../bench/tables/page.ts";
import { recordedSentences, recordedTables } from "../../bench/tables/recorded.ts";
import { shippedScores } from "../../bench/tables/shipped-scores.ts";
import { assert, test, throws } from "../harness.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = (file: string) => readFileSync(`${root}${file}`, "utf8");

test("every table with a record says what its record says", async () => {
  assert.is(new Set(recordedTables.map(({ marker }) => marker)).size, recordedTables.length, "a marker is used twice");
  const found: string[] = [];
  for (const table of recordedTables) {
    const rows = await table.render();
    found.push(...differences(page(table.file), table.marker, rows));
    const csv = csvPath(table);
    if (page(csv) !== csvOf(rows)) found.push(`${csv} is not that of its record`);
  }
  assert.equal(found, [], "node --import tsx --conditions=source bench/tables.ts --write");
});

test("the scores that the model ships with are those of its records", () => {
  assert.equal(JSON.parse(page("models/scores.json")), shippedScores());
});

test("every marker on a page belongs to a table with a record", () => {
  const known = new Set(recordedTables.map(({ file, marker }) => `${file}: ${marker}`));
  for (const file of new Set(recordedTables.map((table) => table.file)))
    for (const [, marker] of page(file).matchAll(/<!-- table: (.*) -->/g))
      assert.ok(known.has(`${file}: ${marker}`), `${file}: ${marker}`);
});

test("every sentence with a record counts what its record counts", () => {
  const flat = (text: string) => text.replaceAll(/\s+/g, " ");
  for (const { file, render } of recordedSentences) {
    const sentence = flat(render());
    assert.ok(flat(page(file)).includes(sentence), `${file} does not say: ${sentence}`);
  }
});

const small =
  "a\n\n<!-- table: t -->\n| name | worst | by hand |\n| --- | --: | --- |\n| one \\| two | 1 | x |\n| three | 2 | y |\n\nb";

test("a cell, a row and a table that differ are seen, columns of other sources are not", () => {
  const same = [
    ["name", "worst"],
    ["one \\| two", "1"],
    ["three", "2"],
  ];
  assert.equal(differences(small, "t", same), []);
  assert.equal(differences(small, "t", [...same.slice(0, 2), ["three", null]]), []);
  assert.match(
    differences(small, "t", [...same.slice(0, 2), ["three", "4"]]).join(),
    /^t: .*\| three \| 2 .*\| three \| 4/,
  );
  assert.is(differences(small, "t", same.slice(0, 2)).length, 1);
  assert.is(differences(small, "t", [...same, ["four", "3"]]).length, 1);
  assert.match(differences(small, "u", same).join(), /no table below/);
});

test("a table is written as CSV, with quotes where a cell has commas or quotes", () => {
  const rows = [
    ["a, b", 'so-called "x"'],
    ["one \\| two", null],
  ];
  assert.is(csvOf(rows), '"a, b","so-called ""x"""\none | two,\n');
  assert.is(csvPath({ record: "research/x/results.json", marker: "t" }), "research/x/t.csv");
  assert.is(csvPath({ record: "research/x", marker: "t" }), "research/x/t.csv");
});

test("a page is written with the numbers of the record, and what stands beside them stays", () => {
  const rows = [
    ["name", "worst"],
    ["three", "4"],
    ["one \\| two", "1"],
  ];
  const next = written(small, "t", rows);
  assert.equal(differences(next, "t", rows), []);
  assert.equal(tablesOf(next), [
    [
      ["name", "worst", "by hand"],
      ["three", "4", "y"],
      ["one \\| two", "1", "x"],
    ],
  ]);
  assert.is(next.split("\n")[4], "| ---------- | ----: | ------- |");
  assert.ok(next.startsWith("a\n\n<!--") && next.endsWith("\n\nb"));
  assert.equal(unmarked(next), []);
  assert.is(unmarked(next.replace(/<!--.*-->\n/, "")).length, 1);
});

test("two columns of one name are refused, since one would have the values of the other", () => {
  const page = "<!-- table: twice -->\n\n| a | b | b |\n| - | - | - |\n| 1 | 2 | 2 |\n";
  throws(
    () =>
      differences(page, "twice", [
        ["a", "b", "b"],
        ["1", "2", "3"],
      ]),
    Error,
    /two columns .* named "b"/,
  );
});

test.run();

/** Tables of separated values: quotes, comments, separators, and the lines that errors name. */
import { writeFileSync } from "node:fs";
import { readCsv } from "../../../engine/files/index.ts";
import { FormatError, OptionsError } from "../../../engine/index.ts";
import { assert, suite, temporaryFolder, throws } from "../../harness.ts";

const test = suite("csv");
const { at } = temporaryFolder(test);
const read = (text: string, comment?: string) => {
  writeFileSync(at("table.csv"), text);
  return readCsv(at("table.csv"), comment).map(({ cells, line }) => [line, ...cells]);
};

test("cells are separated by what stands between the names, and each row knows its line", () => {
  const two = [
    [1, "a", "b"],
    [2, "1.5", "2"],
  ];
  for (const text of ["a,b\n1.5,2", "a;b\r\n1.5;2\r\n", "a\tb\n1.5\t 2\n", "a b\n  1.5   2 \n", "\uFEFFa, b\n1.5 ,2"])
    assert.equal(read(text), two, text);
  assert.equal(read("# of 2003\n\na;b\n1,5;2 # kept\n   \n#3;4\n5;", "#"), [
    [3, "a", "b"],
    [4, "1,5", "2 # kept"],
    [7, "5", ""],
  ]);
  assert.equal(read("id,b\n#3,4"), [
    [1, "id", "b"],
    [2, "#3", "4"],
  ]);
  throws(() => read("\n# a,b\n", "#"), FormatError, /is empty/);
});

test("quoted cells hold separators, line ends and doubled quotes", () => {
  assert.equal(read('a,b\n"x, ""y""",1\n"x\ny", "2"'), [
    [1, "a", "b"],
    [2, 'x, "y"', "1"],
    [4, "x\ny", "2"],
  ]);
});

test("uneven rows, wrong quotes, empty and missing files are refused", () => {
  const cases: readonly (readonly [text: string, pattern: RegExp])[] = [
    ["", /is empty/],
    ["a,b\n1,2\n\n3\n", /line 4 has 1 cells.*expected 2/],
    ['a,b\n1,"2\n', /Quote Not Closed.*quotes around whole cells/],
    ['a,b\n1,2"3"\n', /line 2/],
  ];
  for (const [text, pattern] of cases) throws(() => read(text), FormatError, pattern);
  throws(() => readCsv(at("none.csv")), OptionsError, /none.csv cannot be read \(ENOENT\)/);
});

test.run();

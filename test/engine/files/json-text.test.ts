/** JSON with comments, and the place of a fault. */
import { parseJson } from "../../../engine/files/index.ts";
import { assert, test } from "../../harness.ts";

test("comments between values are left out, and what looks like one in a text stays", () => {
  const text = '{ // size\n  "n": 3, /* two\n lines */ "url": "http://a/*b*/", "q": "\\"//" }';
  assert.equal(parseJson(text, "a.json"), { n: 3, url: "http://a/*b*/", q: '"//' });
});

test("a fault is named by line and column, after comments too", () => {
  const cases: readonly (readonly [text: string, line: number, column: number, what: string])[] = [
    ['{ "a": 1\n  "b": 2 }', 2, 3, '"\\"" is not expected'],
    ['// one\n{ "a": 1, }', 2, 11, '"}" is not expected'],
    ['{ "a": tru }', 1, 11, '" " is not expected'],
    ["[1, 2", 1, 6, "the text ends too early"],
    ['{ "a": "x', 1, 10, "the text ends too early"],
    ["", 1, 1, "the text ends too early"],
    ["[1] 2", 1, 5, '"2" is not expected'],
    ["{ 'a': 1 }", 1, 3, `"'" is not expected`],
    ["[-]", 1, 3, '"]" is not expected'],
  ];
  for (const [text, line, column, what] of cases) {
    const expected = `a.json: no JSON at line ${line}, column ${column}: ${what}`;
    assert.throws(
      () => parseJson(text, "a.json"),
      (error: Error) => error.message.startsWith(expected) || assert.is(error.message, expected),
    );
  }
});

test.run();

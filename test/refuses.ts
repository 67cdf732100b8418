/** What must be refused by a typed error. */
import * as assert from "uvu/assert";
import { FormatError } from "../engine/index.ts";

/** A class of errors. */
export type ErrorKind = abstract new (...args: never[]) => Error;

/** Fails unless the work is refused by an error of this kind whose message matches the pattern or holds the text. */
export async function refuses(
  work: Promise<unknown>,
  pattern: RegExp | string,
  kind: ErrorKind = FormatError,
): Promise<void> {
  await work.then(
    () => assert.unreachable(`expected ${kind.name} ${pattern}`),
    (error: Error) => {
      assert.instance(error, kind, `${error.name}: ${error.message}`);
      assert.match(error.message, pattern, error.message);
    },
  );
}

/** The call throws this kind of error at once, and its message matches. @returns the error */
export function throws(call: () => unknown, kind: ErrorKind, pattern: RegExp): Error {
  try {
    call();
  } catch (error) {
    assert.instance(error, kind, String(error));
    assert.match((error as Error).message, pattern);
    return error as Error;
  }
  throw new Error(`expected ${kind.name} ${pattern}`);
}

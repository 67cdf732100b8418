/** Comparison of values, and promises of functions with a callback. */

/** Of what JSON can say, and typed arrays. */
export function isDeepStrictEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  const entryOf = (of: object, key: string) => (of as Readonly<Record<string, unknown>>)[key];
  return (
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(b, key) && isDeepStrictEqual(entryOf(a, key), entryOf(b, key)))
  );
}

export const promisify =
  <A extends readonly unknown[], R>(call: (...args: [...A, (error: Error | null, result: R) => void]) => void) =>
  (...args: A): Promise<R> =>
    new Promise((resolve, reject) => {
      call(...args, (error, result) => (error ? reject(error) : resolve(result)));
    });

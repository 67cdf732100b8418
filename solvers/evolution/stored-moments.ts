/** Vectors at moments as one list of numbers. */

/** The moments, and after them the first `length` numbers of every vector. */
export function numbersOfMoments(
  times: readonly number[],
  vectors: readonly Float64Array[],
  length: number,
): Float64Array {
  const out = new Float64Array(times.length + vectors.length * length);
  out.set(times);
  for (const [k, vector] of vectors.entries()) out.set(vector.subarray(0, length), times.length + k * length);
  return out;
}

/** Moments and vectors of a list that {@link numbersOfMoments} made. */
export function storedMoments(numbers: Float64Array, moments: number, length: number) {
  const vectors: Float64Array[] = [];
  for (let at = moments; at < numbers.length; at += length) vectors.push(numbers.slice(at, at + length));
  return { times: [...numbers.subarray(0, moments)], vectors };
}

/** JSON for records of experiments: it keeps what JSON.stringify would lose without a word. */

/**
 * Like `JSON.stringify`, but NaN and ±Infinity become the texts "NaN", "Infinity", "-Infinity" instead of null, typed
 * arrays become lists, maps become objects, and functions leave their name, as in "[function tanh]".
 *
 * @param value - plain data; a cycle or a bigint throws TypeError, as in `JSON.stringify`
 */
export function recordToJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "number" && !Number.isFinite(item)) return String(item);
    if (typeof item === "function") return `[function ${item.name || "anonymous"}]`;
    if (item instanceof Map) return Object.fromEntries(item);
    if (ArrayBuffer.isView(item) && !(item instanceof DataView)) return Array.from(item as Float64Array);
    return item;
  });
}

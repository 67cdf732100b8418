/** Look-ups in records by names that come from files and users. */

/** Entry of a record under a name; never what all objects inherit, such as `constructor` or `__proto__`. */
export function getOwn<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

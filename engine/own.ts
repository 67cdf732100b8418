/** Look-ups in records by names that come from files and users. */

/** What a record holds of its own under a name; never what all objects have, such as `constructor` or `__proto__`. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

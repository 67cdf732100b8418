/** Options without gaps of `undefined`. */

/** The entries that are not undefined, in their order: what to hand on of options that may be left out. */
export function defined<Options extends object>(
  options: Options,
): { readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof defined<Options>
  >;
}

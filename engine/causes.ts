/** Errors behind errors. */

/** The error of a class that an error is, or comes from by its causes. */
export function causeOf<E extends Error>(error: unknown, kind: abstract new (...args: never[]) => E): E | undefined {
  let at = error;
  while (at instanceof Error && !(at instanceof kind)) at = at.cause;
  return at instanceof kind ? at : undefined;
}

/** Units of projection coordinates. */

/** Metres per unit of a projection coordinate: 1000 for kilometres, else 1. */
export function metresPer(units: string | undefined): number {
  return /^(km|kilomet(er|re)s?)$/.test(units ?? "") ? 1000 : 1;
}

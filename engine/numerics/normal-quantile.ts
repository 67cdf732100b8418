/**
 * The inverse of the standard normal distribution function: Wichura, "Algorithm AS 241: The percentage points of the
 * normal distribution", Applied Statistics 37 (1988) 477–484, doi:10.2307/2347330, routine PPND16. Its relative error
 * is about 1e-16 plus the rounding of a dozen operations. Normal numbers are drawn by inversion because it is monotone,
 * takes one uniform number each, and away from the tails is plain arithmetic, the same on every machine.
 */
import { DomainError } from "../errors.ts";

/**
 * The number z with Φ(z) = `p`.
 *
 * @param p - probability in [0, 1]; 0 and 1 give −∞ and ∞
 * @returns z, relative error below about 1e-15 given `p`. For z far above 0 call `-normalQuantile(1 - p)` with 1 − p
 * known to full precision: a double near 1 cannot resolve the tail.
 * @throws DomainError if `p` is NaN or outside [0, 1]
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) {
    throw new DomainError(`normalQuantile: p is ${p}; a probability in [0, 1] is needed`, p);
  }
  return centredQuantile(p - 0.5, p);
}

/**
 * Unchecked core of {@link normalQuantile}, inlined by the loops that draw normal numbers.
 *
 * @param q - p − ½
 * @param p - probability in [0, 1]
 */
export function centredQuantile(q: number, p: number): number {
  if (q <= 0.425 && q >= -0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        horner(
          r,
          2509.0809287301227,
          33430.57558358813,
          67265.7709270087,
          45921.95393154987,
          13731.69376550946,
          1971.5909503065513,
          133.14166789178438,
          3.3871328727963665,
        )) /
      horner(
        r,
        5226.495278852546,
        28729.085735721943,
        39307.89580009271,
        21213.794301586597,
        5394.196021424751,
        687.1870074920579,
        42.31333070160091,
        1,
      )
    );
  }
  return q < 0 ? -upperTail(p) : upperTail(1 - p);
}

/** z with 1 − Φ(z) = `tail`, for 0 ≤ `tail` ≤ 0.075. */
function upperTail(tail: number): number {
  if (tail === 0) return Infinity;
  const root = Math.sqrt(-Math.log(tail));
  if (root <= 5) {
    const r = root - 1.6;
    return (
      horner(
        r,
        0.0007745450142783414,
        0.022723844989269184,
        0.2417807251774506,
        1.2704582524523684,
        3.6478483247632045,
        5.769497221460691,
        4.630337846156546,
        1.4234371107496835,
      ) /
      horner(
        r,
        1.0507500716444169e-9,
        0.0005475938084995345,
        0.015198666563616457,
        0.14810397642748008,
        0.6897673349851,
        1.6763848301838038,
        2.053191626637759,
        1,
      )
    );
  }
  const r = root - 5;
  return (
    horner(
      r,
      2.0103343992922881e-7,
      2.7115555687434876e-5,
      0.0012426609473880784,
      0.026532189526576124,
      0.29656057182850487,
      1.7848265399172913,
      5.463784911164114,
      6.657904643501103,
    ) /
    horner(
      r,
      2.0442631033899397e-15,
      1.421511758316446e-7,
      1.8463183175100548e-5,
      0.0007868691311456133,
      0.014875361290850615,
      0.1369298809227358,
      0.599832206555888,
      1,
    )
  );
}

/** The polynomial a·r⁷ + b·r⁶ + … + g·r + h. */
function horner(
  r: number,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
): number {
  return ((((((a * r + b) * r + c) * r + d) * r + e) * r + f) * r + g) * r + h;
}

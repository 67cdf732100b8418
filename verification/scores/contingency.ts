/** Scores of a yes/no forecast, "the value reaches the threshold", from the 2 × 2 table of outcomes. */

/** Counts of forecast and observed events. */
export interface ContingencyTable {
  /** Events that were forecast. */
  readonly hits: number;
  /** Forecasts without an event. */
  readonly falseAlarms: number;
  /** Events that were not forecast. */
  readonly misses: number;
  /** Neither forecast nor event. */
  readonly correctNegatives: number;
}

/** Each is NaN where its denominator is 0, for the score is undefined there. */
export interface ContingencyScores {
  /** (hits + correct negatives)/all */
  readonly accuracy: number;
  /** forecast yes/observed yes; 1 is unbiased */
  readonly frequencyBias: number;
  /** Probability of detection H, hits/observed yes */
  readonly pod: number;
  /** False alarm ratio, false alarms/forecast yes */
  readonly far: number;
  /** Probability of false detection F, false alarms/observed no */
  readonly pofd: number;
  /** Critical success index, hits/(hits + false alarms + misses) */
  readonly csi: number;
  /** Heidke skill score */
  readonly hss: number;
  /** Hanssen–Kuipers discriminant H − F */
  readonly hk: number;
  /** Equitable threat score: CSI after the hits by chance are taken out */
  readonly ets: number;
  /** Symmetric extremal dependence index (Ferro and Stephenson 2011, doi:10.1175/WAF-D-10-05030.1, eq. 11) */
  readonly sedi: number;
  /** Matthews correlation coefficient */
  readonly mcc: number;
  /** F1 = 2 hits/(2 hits + false alarms + misses) */
  readonly f1: number;
}

/** All scores of a table. Definitions: Wilks, Statistical Methods in the Atmospheric Sciences, ch. 9 (2019). */
export function contingencyScores(table: ContingencyTable): ContingencyScores {
  const { hits: a, falseAlarms: b, misses: c, correctNegatives: d } = table;
  const n = a + b + c + d;
  const pod = a / (a + c);
  const pofd = b / (b + d);
  const byChance = ((a + b) * (a + c)) / n;
  const [lnF, lnH, lnNotF, lnNotH] = [Math.log(pofd), Math.log(pod), Math.log(1 - pofd), Math.log(1 - pod)];
  return {
    accuracy: (a + d) / n,
    frequencyBias: (a + b) / (a + c),
    pod,
    far: b / (a + b),
    pofd,
    csi: a / (a + b + c),
    hss: (2 * (a * d - b * c)) / ((a + c) * (c + d) + (a + b) * (b + d)),
    hk: pod - pofd,
    ets: (a - byChance) / (a + b + c - byChance),
    sedi: (lnF - lnH + lnNotH - lnNotF) / (lnF + lnH + lnNotH + lnNotF),
    mcc: (a * d - b * c) / Math.sqrt((a + b) * (a + c) * (d + b) * (d + c)),
    f1: (2 * a) / (2 * a + b + c),
  };
}

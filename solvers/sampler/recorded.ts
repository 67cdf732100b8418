/** Samplers in records of earlier versions. It loads no sampler: every solve asks for it. */
import type { Sampler } from "./sampler.ts";

/** A sampler as a record of any version has it, in today's options. */
export function recordedSampler(stored: Sampler): Sampler {
  const { method, power, ...rest } = stored as Sampler & { readonly method?: string; readonly power?: number };
  if (rest.kind === "residualDensity") {
    const payoff = power === 2 ? "square" : "abs";
    return { ...rest, kind: "adversarial", ...{ payoff, regularizer: "chi-square", form: "exact", kappa: 1 } };
  }
  if (rest.kind !== "adversarial" || method === undefined) return stored;
  const smooth = { ...rest, payoff: "square", regularizer: "wasserstein" };
  if (method === "exact") return { ...smooth, ...{ form: "exact" } };
  if (method === "flow") return { ...smooth, ...{ form: "flow", flow: "bounded" } };
  return { ...smooth, ...{ form: "flow", flow: "krnet", kappa: 0.003, weights: "none", uniformFraction: 0 } };
}

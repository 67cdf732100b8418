/** Rain moved by transport from the forecast to the truth. */
export {
  spacingOf,
  type TransportCases,
  type TransportCasesOptions,
  type TransportInterval,
  transportCases,
} from "./transport-cases.ts";
export {
  type TransportEnergy,
  type TransportScore,
  type TransportScoreOptions,
  transportEnergy,
  transportScore,
} from "./transport-score.ts";

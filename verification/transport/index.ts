/** Rain moved by transport from the forecast to the truth. */
export { spacingOf, type TransportCases, type TransportCasesOptions, transportCases } from "./transport-cases.ts";
export { type TransportScore, type TransportScoreOptions, transportScore } from "./transport-score.ts";

/** Measurements at stations. */
export { asColumn, atStations, isColumn, readStations, type Stations, stationDim } from "./stations.ts";

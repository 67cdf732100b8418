/** Measurements at stations. */
export { atStations, readStations, type Stations } from "./stations.ts";

/** Fields: numbers with named dimensions, coordinates, calendars, units and quantities. */
export { deaccumulate } from "./accumulate.ts";
export { axisOf, geographicOf, isGeographic } from "./axes.ts";
export { type Calendar, decodeTime, encodeTime, parseTimeUnits, toDate, toIso } from "./calendar.ts";
export { type CellSize, cellSize } from "./cell-size.ts";
export { inUnits } from "./convert-units.ts";
export { withCorners } from "./corners.ts";
export { whereOf } from "./cut.ts";
export { addToDate, dateRange, dayOfYear, daysInYear } from "./dates.ts";
export { regularStep } from "./even-spacing.ts";
export {
  type Coordinate,
  Field,
  type FieldOptions,
  type FieldTemplate,
  type FieldValues,
  type GridMapping,
} from "./field.ts";
export { soundLine } from "./horizontal.ts";
export { edgesOf, instantsOf, isoOf, middlesOf, timeUnitsOf } from "./instants.ts";
export { boundsIntervals, spacingInterval } from "./interval.ts";
export { isRain, measuresWater, rainFinding } from "./is-rain.ts";
export { mappedPositions, planeFromEarth } from "./mapped-positions.ts";
export { namedPositions, positionNames } from "./named-positions.ts";
export { plainUnits, unitConversion } from "./plain-units.ts";
export { type Provenance, provenanceChecks, withoutExtent, withoutRange } from "./provenance.ts";
export { timeMethods, withTimeMethod } from "./quantity.ts";
export type { Label, SelectOptions } from "./select.ts";
export { checkSentinels } from "./sentinel.ts";
export { secondsBetween, timeAxis } from "./time-axis.ts";
export { checkTimes } from "./times-check.ts";
export { convertPrecipitation, precipitationFactor, precipitationUnits, targetUnits } from "./units.ts";

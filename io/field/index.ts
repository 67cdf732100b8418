/** Fields: numbers with named dimensions, coordinates, calendars, units and quantities. */
export { type Deaccumulated, type DeaccumulateOptions, deaccumulate } from "./accumulate.ts";
export { type Axis, axisOf, isGeographic } from "./axes.ts";
export {
  type Calendar,
  type CalendarDate,
  calendarOf,
  decodeTime,
  encodeTime,
  parseTimeUnits,
  type TimeUnits,
  toDate,
  toIso,
} from "./calendar.ts";
export { type CellSize, cellSize } from "./cell-size.ts";
export { type IndexSelection, whereOf } from "./cut.ts";
export {
  addToDate,
  type DateStep,
  dateRange,
  dayOfYear,
  daysInMonth,
  daysInYear,
  secondsBetweenDates,
} from "./dates.ts";
export { regularStep } from "./even-spacing.ts";
export {
  type Coordinate,
  Field,
  type FieldOptions,
  type FieldTemplate,
  type FieldValues,
  type GridMapping,
  type TimeStamp,
} from "./field.ts";
export { soundLine } from "./horizontal.ts";
export { instantsOf, isoOf, timeUnitsOf } from "./instants.ts";
export { boundsIntervals, spacingInterval } from "./interval.ts";
export { isRain, measuresWater, type RainFinding, rainFinding } from "./is-rain.ts";
export { namedPositions, positionNames } from "./named-positions.ts";
export { plainUnits, unitConversion } from "./plain-units.ts";
export { type Provenance, withoutExtent, withoutRange, withoutTransform } from "./provenance.ts";
export type { PrecipitationKind } from "./quantity.ts";
export type { Label, LabelRange, SelectOptions } from "./select.ts";
export type { LabelSelection } from "./select-labels.ts";
export { checkSentinels } from "./sentinel.ts";
export { secondsBetween, timeAxis } from "./time-axis.ts";
export { checkTimes } from "./times-check.ts";
export {
  type ConversionOptions,
  convertPrecipitation,
  type FactorOptions,
  type PrecipitationUnits,
  precipitationFactor,
  precipitationUnits,
  targetUnits,
  type UnitsContext,
} from "./units.ts";

import { Field, plainUnits, unitConversion } from "../../../io/field/index.ts";
import { assert, test } from "../../harness.ts";

const of = (value: number, units: string) =>
  new Field({ name: "x", dims: ["n"], shape: [2], values: Float64Array.of(value, Number.NaN), units, coordinates: [] });

test("temperature, wind, pressure, radiation, humidity and shares convert by their definitions, and gaps stay", () => {
  const cases: readonly (readonly [number, string, number, string])[] = [
    [0, "C", 273.15, "K"],
    [212, "degF", 100, "degrees_Celsius"],
    [300, "kelvin", 80.33, "fahrenheit"],
    [36, "km/h", 10, "m s-1"],
    [1, "knots", 0.514444, "m/s"],
    [1013.25, "mbar", 101_325, "Pa"],
    [8.64, "MJ/m2/day", 100, "W m**-2"],
    [12, "g/kg", 0.012, "kg kg-1"],
    [55, "percent", 0.55, "1"],
  ];
  for (const [value, from, wanted, to] of cases) {
    const made = unitConversion(from, to)!(of(value, from));
    assert.ok(Math.abs(made.values[0]! / wanted - 1) < 1e-6, `${value} ${from}: ${made.values[0]} ${to}`);
    assert.ok(Number.isNaN(made.values[1]));
    assert.is(made.units, to);
  }
});

test("units of two quantities have no conversion", () => {
  assert.is(unitConversion("K", "Pa"), undefined);
  assert.is(unitConversion("mm", "K"), undefined);
  assert.is(plainUnits(" °C "), "degC");
});

test.run();

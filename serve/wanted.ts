/** Fields of a request, read by name, with a message for each thing that is not as it should be. */
import type { TypedProblem } from "./equations.ts";
import { HttpError } from "./http-error.ts";
import type { Named } from "./rain.ts";

/** An object from outside. */
export class Wanted {
  readonly values: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new HttpError(400, "expected an object");
    this.values = value as Readonly<Record<string, unknown>>;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.values, name) && this.values[name] !== null && this.values[name] !== "";
  }

  text(name: string): string {
    const value = this.has(name) ? this.values[name] : undefined;
    if (typeof value === "string") return value;
    throw new HttpError(400, `${name} is missing`);
  }

  number(name: string, least: number, most: number, otherwise: number): number {
    const value = this.has(name) ? Number(this.values[name]) : otherwise;
    if (value >= least && value <= most) return value;
    throw new HttpError(400, `${name} is ${String(this.values[name])}; expected a number from ${least} to ${most}`);
  }

  whole(name: string, least: number, most: number, otherwise: number): number {
    const value = this.number(name, least, most, otherwise);
    if (Number.isInteger(value)) return value;
    throw new HttpError(400, `${name} is ${value}; expected a whole number`);
  }

  flag(name: string): boolean {
    return this.has(name) && this.values[name] === true;
  }

  /** `1,5,10` */
  numbers(name: string): readonly number[] {
    if (!this.has(name)) return [];
    const values = this.text(name).split(",").map(Number);
    if (values.every(Number.isFinite)) return values;
    throw new HttpError(400, `${name}: expected numbers such as 1,5,10`);
  }

  named(name: string): Named {
    const inside = new Wanted(this.has(name) ? this.values[name] : undefined);
    return { file: inside.text("file"), variable: inside.text("variable") };
  }

  list(name: string): readonly Named[] {
    const value = this.has(name) ? this.values[name] : [];
    if (!Array.isArray(value) || value.length > 50) throw new HttpError(400, `${name}: expected a list`);
    return value.map((_, k) => new Wanted({ one: value[k] }).named("one"));
  }

  problem(): TypedProblem {
    const inside = new Wanted(this.values["problem"]);
    const text = (name: string) => (inside.has(name) ? inside.text(name) : "");
    return {
      equations: inside.text("equations"),
      domain: inside.text("domain"),
      conditions: text("conditions"),
      constants: text("constants"),
      unknowns: text("unknowns"),
      manufactured: text("manufactured"),
    };
  }
}

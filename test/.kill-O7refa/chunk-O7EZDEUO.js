// engine/printed.ts
var inspect = /* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom");
var shortNumber = (value) => String(Number(value.toPrecision(6)));
function printedLines(title, lines) {
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return [title, ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join("\n");
}
function printing(object, text) {
  return Object.defineProperty(object, inspect, { value: text, enumerable: false });
}
function printingFields(name, result) {
  return printing(result, () => {
    const fields = Object.entries(Object.getOwnPropertyDescriptors(result));
    const later = fields.filter(([, { value, get }]) => get !== void 0 || typeof value === "function");
    const names = later.map(([key, { get }]) => get ? key : `${key}()`);
    const now = fields.filter((field) => !later.includes(field));
    const lines = now.map(([key, { value }]) => [key, fieldText(value)]);
    return printedLines(name, [...lines, ...names.length > 0 ? [["on demand", names.join(", ")]] : []]);
  });
}
function fieldText(value) {
  if (typeof value === "number") return shortNumber(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return listText(value);
  if (Array.isArray(value)) {
    return value.every((v) => typeof v === "number") && value.length <= 4 ? value.map(shortNumber).join(", ") : `${value.length} entries`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const own = value[inspect];
  if (own) return own();
  return Object.entries(value).map(partText).join(", ");
}
function partText([key, part]) {
  if (typeof part === "function") return `${key}()`;
  const text = fieldText(part);
  return text.includes(", ") && !ArrayBuffer.isView(part) ? `${key} (${text})` : `${key} ${text}`;
}
function listText(values) {
  if (values.length === 0) return "no numbers";
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return `${values.length} numbers, ${shortNumber(low)} to ${shortNumber(high)}`;
}

export {
  inspect,
  shortNumber,
  printedLines,
  printing,
  printingFields
};

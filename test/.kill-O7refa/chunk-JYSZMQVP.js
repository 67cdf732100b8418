// engine/files/json.ts
function recordToJson(value, indent = 0) {
  return JSON.stringify(
    value,
    (_key, item) => {
      if (typeof item === "number" && !Number.isFinite(item)) return String(item);
      if (typeof item === "function") return `[function ${item.name || "anonymous"}]`;
      if (item instanceof Map) return Object.fromEntries(item);
      if (ArrayBuffer.isView(item) && !(item instanceof DataView)) return Array.from(item);
      return item;
    },
    indent
  );
}

export {
  recordToJson
};

// One text for one meaning: what two values are compared by.

/**
 * JSON with sorted keys, so that the order of fields does not matter; undefined for what JSON leaves out. `made`: texts of
 * fields, for several objects that share them.
 */
export function sortedJson(value: unknown, made?: Map<unknown, string>): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each) => sortedJson(each) ?? "null").join(",")}]`;
  let text = "";
  for (const name of Object.keys(value).sort()) {
    const inner = (value as Record<string, unknown>)[name];
    const said = made?.get(inner) ?? sortedJson(inner);
    if (said === undefined) continue;
    made?.set(inner, said);
    text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${said}`;
  }
  return `{${text}}`;
}

// What programs and examples write is told from what people write.
import { expect, test } from "vitest";
import { isPlaceholder } from "../../../src/shared/panel/placeholder.ts";

test.for([
  "Unknown",
  "unknown ",
  "Some-State",
  "Internet Widgits Pty Ltd",
  "Default City",
  "Default Company Ltd",
  "SomeCity",
  "N/A",
  "-",
  "..",
  " ",
  "State or Province",
  "Locality Name (eg, city)",
  "Organization Name (e.g. company)",
  "Your Company Inc",
  "My Company Name LTD.",
  "Dummy Organisation GmbH",
  "Anytown",
  "City",
])("%s names nothing", (text) => {
  expect(isPlaceholder(text, "firm")).toBe(true);
});

test.for([
  ["Example Ltd", "firm"],
  ["Ford Motor Company", "firm"],
  ["The City Bakery", "firm"],
  ["Unknown Pleasures Records", "firm"],
  ["ООО Ромашка", "firm"],
  ["4U", "firm"],
  ["None", "town"],
  ["Mexico City", "town"],
  ["NA", "area"],
  ["Free State", "area"],
  ["东京", "town"],
] as const)("%s is somebody's", ([text, kind]) => {
  expect(isPlaceholder(text, kind)).toBe(false);
});

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
  "State or Province Name (full name)",
  "Country Name (2 letter code)",
  "(unknown)",
  "[None]",
  "<organization>",
  "{{company}}",
  "'N / A'",
  "$ORG",
  `$${"{city}"}`,
  "%STATE%",
  "Not specified",
  "not  available.",
  "unspecified",
  "[object Object]",
  "Unknown Organization",
  "Unknown City",
  "Enter your state",
  "Your City Here",
  "No Company",
  "Company Name, Inc.",
  "Unbekannt",
  "Desconocido",
  "НЕИЗВЕСТНО",
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
  ["(Alpha) Beta BV", "firm"],
  ["[kraftwerk]", "firm"],
  ["$mart Shop", "firm"],
  ["100% Wool Ltd", "firm"],
  ["Not Available Records", "firm"],
  ["The Unknown City Company", "firm"],
  ["Enterprise State Bank", "firm"],
  ["State Bank of India", "firm"],
  ["Default Value Systems", "firm"],
  ["Company 85", "firm"],
  ["$mart", "firm"],
  ["The Company", "firm"],
  ["Nan", "town"],
  ["None", "town"],
  ["Mexico City", "town"],
  ["NA", "area"],
  ["Free State", "area"],
  ["东京", "town"],
] as const)("%s is somebody's", ([text, kind]) => {
  expect(isPlaceholder(text, kind)).toBe(false);
});

test("a town named None is one, but not in brackets", () => {
  expect(isPlaceholder("(none)", "town")).toBe(true);
});

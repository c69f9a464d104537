// Stories about the frame of the console: languages, roles, forms and what they are refused for.
import { expect, test } from "vitest";
import { bodyOfForm, linesIn } from "../../../../../src/producers/http/console/frame/forms.ts";
import { acceptedLanguage, moneyIn } from "../../../../../src/producers/http/console/frame/language.ts";
import { world } from "../../world.ts";

test("A page speaks the language that is asked for in the address, else the browser's, else English, and says which.", async () => {
  const w = await world();
  const titles = async (url: string, accepts = "") => {
    const { text, headers } = await w.call("GET", url, undefined, { "accept-language": accepts });
    return [headers["content-language"], /<html lang="(..)">/.exec(text)?.[1], /<h1>([^<]*)/.exec(text)?.[1]];
  };

  expect(await titles("/audit")).toEqual(["en", "en", "Audit"]);
  expect(await titles("/audit", "pt-BR, es;q=0.8, en;q=0.1")).toEqual(["es", "es", "Auditoría"]);
  expect(await titles("/audit?lang=ru", "es")).toEqual(["ru", "ru", "Журнал действий"]);
  expect(acceptedLanguage("ru;q=0, en;q=0.2, es;q=0.1")).toBe("en");
});

test("A page brings no script and no style of its own, loads nothing from elsewhere, and what it names is there.", async () => {
  const w = await world();

  const { text, headers } = await w.call("GET", "/audit");
  const files = [...text.matchAll(/(?:href|src)="(\/console\/[^"]+)"/g)].map(([, path = ""]) => path);

  expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(text).not.toMatch(/<style|<script(?! src)|\sstyle=|\son\w+=|http-equiv|https?:/);
  expect(files.map((path) => path.replace(/\?.*/, ""))).toEqual(["/console/style.css", "/console/script.js"]);
  for (const path of files) expect((await w.call("GET", path)).headers["cache-control"]).toContain("immutable");
});

test("Fields with dots become the body of the API; what is empty is left out, and nothing reaches an object's own parts.", () => {
  const form = new URLSearchParams(
    "csrf=x&once=y&contacts.admin.city=Malm%C3%B6&years=2&note=&__proto__.polluted=1&more=a%0D%0Ab&dryRun=true",
  );

  const body = bodyOfForm(form, { years: "number", more: "lines", dryRun: "flag" });

  expect(body).toEqual({ contacts: { admin: { city: "Malmö" } }, years: 2, more: ["a", "b"], dryRun: true });
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
  const deep = new URLSearchParams({ [`${"a.".repeat(30_000)}a`]: "1" });
  expect(Object.keys(bodyOfForm(deep))).toEqual([...deep.keys()]);
  expect(JSON.stringify(bodyOfForm(deep)).length).toBeLessThan(65_000);
  expect(linesIn(` a \r\n\n\tb${" ".repeat(60_000)}c\r`)).toEqual(["a", `b${" ".repeat(60_000)}c`]);
  expect(["en", "es", "ru"].map((each) => moneyIn(each as "en", "-1234567.80"))).toEqual([
    "−1,234,567.80",
    "−1.234.567,80",
    "−1\u00a0234\u00a0567,80",
  ]);
});

test("The name by which a page calls the API opens nothing twice, and none that somebody made up opens anything.", async () => {
  const w = await world({ env: "live" });

  const { status } = await w.call("GET", "/v1/audit", undefined, { "x-certfleet-page": "A".repeat(43) });

  expect(status).toBe(403);
});

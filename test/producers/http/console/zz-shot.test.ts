import { test } from "vitest";
import { browserOfFile, NARROW, signIn, WIDE, faultsOf } from "./browser.ts";
import { listening, PASSWORD, peopled } from "../sign-in/people.ts";
import { anOrder, anIssue } from "../world.ts";
const open = browserOfFile();
test("shots", async () => {
  const w = await peopled({ ada: "admin" });
  const names = ["northwind", "harbor", "tulip-travel", "brook", "alder", "larkspur", "oldmill-bakery", "verdant"];
  for (const [i, n] of names.entries()) {
    await w.call("POST", "/v1/certificates", { ...(await anOrder({ tenant: `customer-${i}` }, `www.${n}.example.com`)), reference: `bill-${1000 + i}` });
    if (i % 3 !== 0) await w.work(`bill-${1000 + i}`, { issue: anIssue });
  }
  const origin = await listening(w);
  const page = await open({ viewport: WIDE });
  await signIn(page, origin, { user: "ada", password: PASSWORD });
  for (const path of (process.env.SHOTS ?? "/certificates").split(" "))
    for (const [name, size] of Object.entries({ wide: WIDE, narrow: NARROW })) {
      await page.setViewportSize(size);
      await page.goto(`${origin}${path}`);
      console.log(path, name, await faultsOf(page));
      await page.screenshot({ path: `/tmp/shot${path.replace(/\W+/g, "-")}-${name}.png`, fullPage: true });
    }
});

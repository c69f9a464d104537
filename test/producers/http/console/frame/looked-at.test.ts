// The frame in a real browser: what axe says of it, wide and narrow, light and dark.
import { expect, test } from "vitest";
import { listening, PASSWORD, peopled } from "../../sign-in/people.ts";
import { browserOfFile, executablePath, faultsOf, NARROW, signIn, WIDE } from "../browser.ts";

const open = browserOfFile();

test.skipIf(executablePath === undefined)(
  "The frame is readable for everybody at both widths, and signing out is one click.",
  async () => {
    const w = await peopled({ ada: "admin" });
    const origin = await listening(w);
    const page = await open({ viewport: WIDE });
    await signIn(page, origin, { user: "ada", password: PASSWORD });

    const faults: Record<string, string[]> = {};
    for (const [name, size] of Object.entries({ WIDE, NARROW }))
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme });
        await page.goto(`${origin}/audit`);
        faults[`${name} ${colorScheme}`] = await faultsOf(page);
      }
    await page.getByRole("button", { name: "Sign out" }).click();

    expect(faults).toEqual({ "WIDE light": [], "WIDE dark": [], "NARROW light": [], "NARROW dark": [] });
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await page.goto(`${origin}/audit`);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
  },
);

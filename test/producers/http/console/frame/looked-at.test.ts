// The frame in a real browser: what axe says of it, wide and narrow, light and dark.
import { expect, test } from "vitest";
import { quickScrypt } from "../../../../support/quick-scrypt.ts";
import { listening, PASSWORD, peopled } from "../../sign-in/people.ts";
import { browserOfFile, executablePath, faultsOf, NARROW, signIn, WIDE } from "../browser.ts";

quickScrypt();

const open = browserOfFile();

test.skipIf(executablePath === undefined)(
  "The frame is readable for everybody at both widths, light and dark, and signing out is one click.",
  async () => {
    const w = await peopled({ ada: "admin" });
    const origin = await listening(w);
    const page = await open({ viewport: WIDE });
    await signIn(page, origin, { user: "ada", password: PASSWORD });

    const faults: string[][] = [];
    for (const [size, colorScheme] of [
      [WIDE, "light"],
      [NARROW, "dark"],
    ] as const) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.goto(`${origin}/audit`);
      faults.push(await faultsOf(page));
    }
    await page.getByRole("button", { name: "Sign out" }).click();

    expect(faults).toEqual([[], []]);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await page.goto(`${origin}/audit`);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
  },
);

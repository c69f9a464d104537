// `certfleet webhook` as a person uses it.
import { expect, test } from "vitest";
import { certfleet, ownContext } from "../support.ts";

test("An endpoint is added with a secret that is shown once, listed, switched off and on, and removed; a test without a worker is to be tried later.", async () => {
  const { env } = ownContext();
  const run = (...words: string[]) => certfleet(["webhook", ...words], { env });

  const refused = await run("add", "https://127.0.0.1/hook");
  const made = await run(
    "add",
    "http://127.0.0.1:9/hook?k=s3cret",
    "--allow-private",
    "--events",
    "certificate.issued",
  );
  const id = /webhook (wh_\w+)\./.exec(made.stderr)?.[1] ?? "";
  const listed = await run("list");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("is not public")]);
  expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^whsec_\S+\n$/)]);
  expect(listed.stdout).toMatch(new RegExp(`${id} +127\\.0\\.0\\.1:9 +certificate\\.issued +on +0 +never`));
  expect(listed.stdout).not.toMatch(/whsec_|s3cret/);

  expect((await run("disable", id)).stdout).toContain("switched off");
  expect((await run("list")).stdout).toContain("off, by-hand");
  expect((await run("enable", id, "--from-now")).stdout).toContain("from now on");
  expect((await run("rotate", id, "--keep-old", "0")).stderr).toContain("The old one signs nothing any more");
  expect((await run("deliveries", id)).stderr).toContain("Nothing was tried yet");
  expect((await run("replay", id, "1-0")).code).toBe(3);
  expect((await run("remove", id)).code).toBe(0);
  expect((await run("remove", id)).code).toBe(3);
}, 60_000);

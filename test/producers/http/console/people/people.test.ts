// Stories about people and keys in the console.
import { expect, test } from "vitest";
import { quickScrypt } from "../../../../support/quick-scrypt.ts";
import { peopled } from "../../sign-in/people.ts";

quickScrypt();

test("A key is listed whatever it is called, although every object has a value of that name.", async () => {
  const w = await peopled(
    { ada: "admin" },
    { apiKeys: [{ id: "toString", sha256: "0".repeat(64), scopes: ["certificates:read"] }] },
  );
  const cookies = await w.signIn("ada");
  const { body } = await w.get("/people", { cookies });
  const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? "";

  for (const name of ["constructor", "__proto__"]) {
    const { statusCode } = await w.post("/people/keys", { csrf, name, scopes: "metrics:read" }, { cookies });
    expect([name, statusCode]).toEqual([name, 200]);
  }
  const { statusCode, body: listed } = await w.get("/people", { cookies });

  expect(statusCode).toBe(200);
  for (const name of ["toString", "constructor", "__proto__"]) expect(listed).toContain(`<th scope="row">${name}</th>`);
  expect(listed).not.toContain("Invalid");
});

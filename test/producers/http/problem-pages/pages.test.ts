// Promise: the `type` of every problem leads to a page that says what it means and what to do, open to whoever was refused.
import { expect, test } from "vitest";
import { problemTexts } from "../../../../src/producers/http/problem-pages/texts.ts";
import { problemKind, problemNames } from "../../../../src/producers/http/problems.ts";
import { hashOf } from "../../../../src/shared/authority/keys/secret.ts";
import { publicUrl } from "../../../../src/shared/gateway/public-url.ts";
import { world } from "../world.ts";

const live = { env: "live", apiKeys: [{ id: "shop", sha256: hashOf("secret"), scopes: ["admin" as const] }] };

/** A stranger's browser, without key and login. */
async function stranger(given: Parameters<typeof world>[0] = live) {
  const { app } = await world(given);
  const ask = (url: string) =>
    app.inject({ url, remoteAddress: "198.51.100.1", headers: { host: "fleet.example.com" } });
  return { ask };
}

test("the type of an answer leads to its page, whoever asks", async () => {
  const { ask } = await stranger();

  const refused = (await ask("/v1/certificates")).json();
  const page = await ask(refused.type);

  expect(refused).toMatchObject({ type: "/docs/problems/unauthorized", code: "unauthorized", status: 401 });
  expect([page.statusCode, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(page.body).toContain("A valid API key or login is required");
  expect(page.body).toContain("certfleet key create");
});

test("there is a page for every problem, with its status, what to do and an example, and a list of all", async () => {
  const { ask } = await stranger();
  const list = (await ask("/docs/problems")).body;

  for (const name of problemNames) {
    const { statusCode, body } = await ask(`/docs/problems/${name}`);
    const example = `&quot;code&quot;: &quot;${name}&quot;`;
    expect([name, statusCode]).toEqual([name, 200]);
    expect(list).toContain(`/docs/problems/${name}`);
    for (const part of [`Status ${problemKind(name).status}`, "What to do", "Send it again?"])
      expect(body).toContain(part);
    expect(body.replaceAll("&#34;", "&quot;")).toContain(example);
    expect(problemTexts[name].next.length).toBeGreaterThan(0);
  }
  expect((await ask("/docs/problems/none")).statusCode).toBe(404);
  expect((await ask("/docs/")).statusCode).not.toBe(200);
});

test("below the base path of a public address the type leads to the page, too", async () => {
  const { ask } = await stranger({ ...live, publicUrl: publicUrl.parse("https://fleet.example.com/certs") });

  const { type } = (await ask("/certs/v1/certificates")).json();

  expect(type).toBe("/certs/docs/problems/unauthorized");
  expect((await ask(type)).statusCode).toBe(200);
});

test("each line of a batch leads to the page, too", async () => {
  const { app } = await world({ publicUrl: publicUrl.parse("https://fleet.example.com/certs") });
  const headers = { "content-type": "application/x-ndjson" };

  const answer = await app.inject({ method: "POST", url: "/certs/v1/certificates:batch", headers, payload: "{}\n" });

  expect(JSON.parse(answer.body).problem).toMatchObject({ type: "/certs/docs/problems/invalid", code: "invalid" });
});

test("the document of a sandbox says that no key is needed, any other that one is", async () => {
  const securityOf = async (given: Parameters<typeof world>[0]): Promise<unknown> => {
    const { call } = await world(given);
    const { body } = await call("GET", "/openapi.json", undefined, { authorization: "Bearer secret" });
    return [body.paths["/v1/accounts"].get.security, body.paths["/healthz"].get.security];
  };

  expect(await securityOf({})).toEqual([[{ key: ["accounts:read"] }, {}], []]);
  expect(await securityOf(live)).toEqual([[{ key: ["accounts:read"] }], []]);
});

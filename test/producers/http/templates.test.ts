// Stories about the words of mails over HTTP: people look at them in a browser, programs are told what a mail needs.
import { expect, test } from "vitest";
import { templateNames, templates } from "../../../src/shared/mail/templates.ts";
import { ownWords } from "../../shared/mail/folder.ts";
import { world } from "./world.ts";

test("Every mail is listed, and shown with its sample in each language.", async () => {
  const { call } = await world();

  const list = await call("GET", "/templates");
  expect(list.status).toBe(200);
  for (const name of templateNames) {
    expect(list.text).toContain(`href="/templates/${name}?language=ru"`);
    expect((await call("GET", `/templates/${name}?language=ru`)).text).toContain("&#60;html lang=&#34;ru&#34;&#62;");
  }
  expect((await call("GET", "/templates/certificate-issued")).text).toContain("Attached: shop.example.com.pem");
});

test("The mail is shown in a frame that may do nothing, by a page that loads nothing and runs nothing.", async () => {
  const directory = await ownWords({ "en/digest.html": '</iframe><script>alert("{{ account }}")</script>' });
  const { call } = await world({ templates: { directory } });

  const { text, headers } = await call("GET", "/templates/digest");

  expect(text).toContain('sandbox="" srcdoc="&#60;/iframe&#62;&#60;script&#62;');
  expect(text).not.toMatch(/<script/i);
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["content-security-policy"]).not.toContain("script-src");
});

test("Where certificates are linked, the page shows the mail with the address, and nothing attached.", async () => {
  const certificateLink = "https://my.provider.example/ssl/{reference}";
  const { call } = await world({ templates: { certificate: "link", certificateLink } });

  const { text } = await call("GET", "/templates/certificate-issued");

  expect(text).toContain("https://my.provider.example/ssl/bill-1001");
  expect(text).not.toContain("Attached:");
});

test("Words of the operator's that cannot be used are named on the page, and ours are shown.", async () => {
  const directory = await ownWords({ "en/digest.txt": "{{ oops }}" });
  const { call } = await world({ templates: { directory } });

  const { text } = await call("GET", "/templates/digest");

  expect(text).toMatch(/Not used; the built-in text is used instead: \S+digest\.txt:1: undefined variable: oops/);
  expect(text).toContain("5 certificates of the account");
});

test("Only who may see the board may see the mails.", async () => {
  const { call } = await world({ board: { user: "ada", password: "correct horse" } });
  const login = { authorization: `Basic ${Buffer.from("ada:correct horse").toString("base64")}` };

  for (const path of ["/templates", "/templates/digest"]) {
    expect((await call("GET", path)).status).toBe(401);
    expect((await call("GET", path, undefined, login)).status).toBe(200);
  }
});

test("A mail or a language that there cannot be is not found, or said to be wrong.", async () => {
  const { call } = await world();

  expect((await call("GET", "/templates/constructor")).status).toBe(404);
  expect((await call("GET", "/templates/..%2f..%2fetc")).status).toBe(404);
  expect((await call("GET", "/templates/digest?language=../../etc")).status).toBe(422);
});

const asked = { key: "k:1", to: { address: "a@example.com" } };

test("A notification of a mail that there is not is refused at once, with those that there are.", async () => {
  const { call, queues } = await world();

  const { status, body } = await call("POST", "/v1/notifications", { ...asked, template: "no-such-mail", values: {} });

  expect(status).toBe(422);
  expect(body.errors).toMatchObject([
    { field: "template", message: expect.stringMatching(/no mail template no-such-mail; there are .*digest/) },
  ]);
  expect(await queues.all.notify.getJobCountByTypes("waiting")).toBe(0);
});

test("A notification whose values are not what the mail asks for is refused at once, with each of them by name.", async () => {
  const { call, queues } = await world();
  const { domain: _domain, ...others } = templates["certificate-issued"].example;
  const values = { ...others, expirationDate: "soon", colour: "red" };

  const { status, body } = await call("POST", "/v1/notifications", {
    ...asked,
    template: "certificate-issued",
    values,
  });
  const right = await call("POST", "/v1/notifications", {
    ...asked,
    template: "certificate-failed",
    values: templates["certificate-failed"].example,
  });

  expect([status, right.status]).toEqual([422, 202]);
  expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
    "reference",
    "values/colour",
    "values/expirationDate",
  ]);
  expect(body.errors).toContainEqual({
    field: "values/colour",
    message: "is unknown: remove it, or check its spelling.",
  });
  expect(await queues.all.notify.getJobCountByTypes("waiting")).toBe(1);
});

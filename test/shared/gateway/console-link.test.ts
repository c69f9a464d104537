// Mails to the operator mailbox and webhooks lead to the page that they tell of, wherever the gateway is reached.
import { expect, test } from "vitest";
import { consoleLink } from "../../../src/shared/gateway/console-link.ts";
import { publicUrl } from "../../../src/shared/gateway/public-url.ts";
import { withConsoleLink } from "../../../src/shared/mail/notes/notes.ts";
import { renderer } from "../../../src/shared/mail/render.ts";
import { templateNames, templates } from "../../../src/shared/mail/templates.ts";

const console = publicUrl.parse("https://fleet.example.com/certs");

test("what tells of an order leads to it, of an account to that, of all to the first page; no name leads elsewhere", () => {
  expect(consoleLink(console, { reference: "bill-1001", account: "main" })).toBe(
    "https://fleet.example.com/certs/certificates/bill-1001",
  );
  expect(consoleLink(console, { account: 'a"><b' })).toBe("https://fleet.example.com/certs/accounts/a%22%3E%3Cb");
  expect(consoleLink(console, {})).toBe("https://fleet.example.com/certs/");
});

test("the line stands before the signature", () => {
  expect(withConsoleLink("Hello\n\n-- \nFleet\n", "https://x.example/", "es-MX")).toBe(
    "Hello\n\nEn la consola:\n\n    https://x.example/\n\n-- \nFleet\n",
  );
});

test("every mail to the operator mailbox has the link, in text and HTML, and no mail to a customer has one", async () => {
  const render = renderer({ console });
  const link = "https://fleet.example.com/certs/";

  for (const name of templateNames) {
    const { text, html } = await render({
      ...{ template: name, language: "ru" },
      values: templates[name].example as Record<string, never>,
    });
    const isForOperators = templates[name].to === "department";
    expect([name, text.includes(link), html.includes(`href="${link}`)]).toEqual([name, isForOperators, isForOperators]);
  }
});

// A certificate reaches its owner one way, the one that the operator chose: in the mail, or by an address in the customer area.
import { appendFile } from "node:fs/promises";
import PostalMime from "postal-mime";
import { expect, onTestFinished, test, vi } from "vitest";
import { ourLanguages } from "../../../src/shared/mail/folders.ts";
import { type RenderOptions, renderer } from "../../../src/shared/mail/render.ts";
import { notify } from "../../../src/workers/notify/notify.ts";
import { openSmtp } from "../../../src/workers/notify/smtp.ts";
import { world as fleet, issued } from "../../support/world.ts";
import { aWire } from "./wire.ts";
import { aNotification, world } from "./world.ts";

const certificateLink = "https://my.provider.example/ssl/{reference}?domain={domain}";
const ADDRESS = "https://my.provider.example/ssl/bill-1001?domain=%2a.example.com";

const mails = (["certificate-issued", "certificate-reissued"] as const).flatMap((template) =>
  ourLanguages.map((language) => [template, language] as const),
);

/** The one mail about `*.example.com` as it went over the wire. */
async function sent([template, language]: (typeof mails)[number], options: RenderOptions) {
  const wire = await aWire();
  const { needs } = await world();
  const smtp = openSmtp({ url: wire.url, from: "Provider <ssl@provider.example>" });
  onTestFinished(() => smtp.close());
  const { values } = aNotification();
  const asked = aNotification({ template, language, values: { ...values, domain: "*.example.com" } });

  await notify(asked, { ...needs, smtp, render: renderer(options) });

  expect(wire.messages).toHaveLength(1);
  return PostalMime.parse(wire.messages[0] ?? "");
}

test.for(mails)(
  "A fleet that links sends %s in %s with the certificate's address, and without the certificate.",
  async (mail) => {
    const { text, html, attachments } = await sent(mail, { certificate: "link", certificateLink });

    expect(text).toContain(`\n    ${ADDRESS}\n`);
    expect(html).toContain(`href="${ADDRESS}"`);
    expect(attachments).toEqual([]);
    expect(`${text}${html}`).not.toContain("BEGIN CERTIFICATE");
  },
);

test.for(mails)("A fleet that attaches sends %s in %s with the certificate, and without any address.", async (mail) => {
  const { text, html, attachments } = await sent(mail, { certificate: "attach", certificateLink });

  expect(attachments).toMatchObject([{ filename: "wildcard.example.com.pem", mimeType: "application/x-pem-file" }]);
  expect(`${text}${html}`).not.toContain("my.provider.example");
});

test("An order's own mail names the address in the customer area that certfleet.yaml tells of, from its first line to the last worker.", async () => {
  const w = await fleet();
  await appendFile(
    `${w.env.CERTFLEET_CONFIG}`,
    'templates: { certificate: link, certificateLink: "https://my.provider.example/ssl/{reference}" }\n',
  );
  await w.work(["open", "notify"]);

  const { order } = await w.until(await w.order({}), issued);

  const mail = await vi.waitFor(() => {
    const found = w.mail.mails().find(({ subject }) => subject?.includes("ready to install"));
    if (!found) throw new Error("the mail has not arrived");
    return found;
  });
  expect(mail.text).toContain(`\n    https://my.provider.example/ssl/${order.reference}\n`);
  expect(mail.attachments).toEqual([]);
});

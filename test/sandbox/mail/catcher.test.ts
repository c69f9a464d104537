// Promise: the sandbox's mailbox shows every mail as a customer would get it, and lets no mail do anything.
import { once } from "node:events";
import { connect } from "node:net";
import { createTransport } from "nodemailer";
import { expect, onTestFinished, test } from "vitest";
import { type MailCatcherOptions, startMailCatcher } from "../../../src/sandbox/mail/catcher.ts";

test("a mail sent over SMTP is on the page at once, newest first, and whole in the API", async () => {
  const { catcher, send } = await mailbox();
  await send({ subject: "First", text: "one" });
  await send({
    subject: "Second <b>",
    html: "<p>two</p>",
    attachments: [{ filename: "Zertifikat ü.pem", content: "PEM" }],
  });

  const list = await page(catcher.webUrl);
  const api = await page(`${catcher.webUrl}api/mails`);
  const mail = await page(`${catcher.webUrl}mails/2`);

  expect(list.text.indexOf("Second &#60;b&#62;")).toBeLessThan(list.text.indexOf("First"));
  expect(list.text.indexOf("Second")).toBeGreaterThan(0);
  expect(JSON.parse(api.text)).toMatchObject([
    {
      id: 2,
      subject: "Second <b>",
      envelope: { from: "ssl@provider.example", to: ["client@example.net"] },
      attachments: [{ filename: "Zertifikat ü.pem", bytes: 3 }],
    },
    { id: 1, subject: "First", text: "one\n" },
  ]);
  expect(mail.text).toContain('<iframe sandbox title="The mail as HTML" src="/mails/2/html">');
  expect(mail.text).toContain("Zertifikat ü.pem");
});

test("an attachment comes down as it went up, and the source is what was sent", async () => {
  const { catcher, send } = await mailbox();
  await send({ subject: "With a file", attachments: [{ filename: "ü.pem", content: "-----BEGIN" }] });

  const file = await page(`${catcher.webUrl}mails/1/attachments/0`);
  const source = await page(`${catcher.webUrl}mails/1/source`);

  expect(file.text).toBe("-----BEGIN");
  expect(file.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''%C3%BC.pem");
  expect(source.text).toBe(catcher.mails()[0]?.raw.toString());
  expect(source.headers.get("content-type")).toBe("text/plain; charset=utf-8");
});

test("a hostile mail runs nothing, loads nothing and cannot leave its frame", async () => {
  const { catcher, send } = await mailbox();
  const evil = '<script>top.location="https://evil.example"</script><img src="https://evil.example/seen.png">';
  await send({
    from: { name: evil, address: "a@b.example" },
    subject: evil,
    html: evil,
    attachments: [{ filename: evil, content: "" }],
  });

  const html = await page(`${catcher.webUrl}mails/1/html`);
  const pages = await Promise.all([page(catcher.webUrl), page(`${catcher.webUrl}mails/1`)]);

  expect(html.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
  for (const { text, headers } of pages) {
    expect(text).not.toMatch(/<script|<img/);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
  }
});

test("what is not there is a 404, whatever the path", async () => {
  const { catcher, send } = await mailbox();
  await send({ subject: "One", text: "one" });

  for (const path of [
    "mails/2",
    "mails/1/attachments/0",
    "mails/1/secret",
    "../etc/passwd",
    "favicon.ico",
    "/",
    "mails/1e0",
  ]) {
    expect((await fetch(`${catcher.webUrl}${path}`)).status, path).toBe(path === "/" ? 200 : 404);
  }
});

test("an empty mailbox says so, and a full one keeps the newest", async () => {
  const { catcher, send } = await mailbox({ keep: 2 });
  const empty = await page(catcher.webUrl);

  for (const subject of ["one", "two", "three"]) await send({ subject, text: "" });

  expect(empty.text).toContain("No mail yet");
  expect(catcher.mails().map(({ subject }) => subject)).toEqual(["two", "three"]);
});

test("who waits for a mail gets it, whether it came before or comes later, and a late one is missed by name", async () => {
  const { catcher, send } = await mailbox();

  const later = catcher.waitFor(({ subject }) => subject === "wanted", 5_000);
  await send({ subject: "other", text: "" });
  await send({ subject: "wanted", text: "" });

  expect(await later).toMatchObject({ subject: "wanted" });
  expect(await catcher.waitFor(({ subject }) => subject === "wanted", 5_000)).toMatchObject({ id: 2 });
  await expect(catcher.waitFor(({ subject }) => subject === "never", 10)).rejects.toThrow(
    'no such mail; came: "other" to client@example.net, "wanted" to client@example.net',
  );
});

test("deliveries fail as scripted, one after the other, then all is well again", async () => {
  const { catcher, send } = await mailbox();
  catcher.answer(
    { at: "MAIL", code: 450 },
    { at: "RCPT", code: 550, text: "nobody here" },
    { at: "DATA", code: 452 },
    "ok",
    { after: "dot", kept: true, line: "cut" },
    { after: "dot", kept: false, line: "cut" },
  );

  const ends = [];
  for (const subject of ["1", "2", "3", "4", "5", "6", "7"]) {
    const end = await send({ subject, text: "" }).then(
      () => 250,
      (error) => error.responseCode ?? error.code,
    );
    ends.push(end);
  }

  expect(ends).toEqual([450, 550, 452, 250, "ECONNECTION", "ECONNECTION", 250]);
  expect(catcher.mails().map(({ subject }) => subject)).toEqual(["4", "5", "7"]);
});

test("any login is welcome, and closing leaves nothing open", async () => {
  const { catcher, send } = await mailbox({}, { user: "anybody", pass: "anything" });
  await send({ subject: "one", text: "" });

  await catcher.close();

  await expect(send({ subject: "two", text: "" })).rejects.toThrow("ECONNREFUSED");
  await expect(fetch(catcher.webUrl)).rejects.toThrow("fetch failed");
});

test("a port that is taken is said at once, and leaves nothing open", async () => {
  const { catcher } = await mailbox();
  const smtpPort = Number(new URL(catcher.smtpUrl).port);
  const webPort = Number(new URL(catcher.webUrl).port);

  await expect(startMailCatcher({ smtpPort })).rejects.toThrow("EADDRINUSE");
  await expect(startMailCatcher({ webPort })).rejects.toThrow("EADDRINUSE");
});

async function mailbox(options: MailCatcherOptions = {}, auth?: { user: string; pass: string }) {
  const catcher = await startMailCatcher(options);
  onTestFinished(() => catcher.close());
  const transport = createTransport({ url: catcher.smtpUrl, ...(auth && { auth }) });
  const send = (mail: Parameters<typeof transport.sendMail>[0]) =>
    transport.sendMail({ from: "ssl@provider.example", to: "client@example.net", ...mail });
  return { catcher, send };
}

async function page(url: string) {
  const response = await fetch(url);
  return { text: await response.text(), headers: response.headers };
}

test("a client that dies in the middle of its message leaves no mail and no trouble", async () => {
  const { catcher, send } = await mailbox();
  const { port } = new URL(catcher.smtpUrl);
  const socket = connect(Number(port), "127.0.0.1");
  for (const line of ["EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA"]) {
    await once(socket, "data");
    socket.write(`${line}\r\n`);
  }
  await once(socket, "data");
  socket.write("Subject: half\r\n");
  socket.destroy();

  await send({ subject: "whole", text: "" });

  expect(catcher.mails().map(({ subject }) => subject)).toEqual(["whole"]);
});

// The download of an issuer: an address out of a certificate is anybody's word, so little of it is believed.
import { X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { fileOf } from "../../../src/shared/delivery/files.ts";
import { downloadIssuers } from "../../../src/workers/delivery/download.ts";
import { rememberedDownload } from "../../../src/workers/delivery/trust.ts";
import { authority, certify } from "../../support/pki.ts";

const HERE = { mayAsk: (address: string) => address === "127.0.0.1" };

async function serverOf(
  answers: Record<string, { status?: number; headers?: Record<string, string>; body?: Buffer | string }>,
) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = answers[request.url ?? ""];
    if (!answer) return; // it never answers
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("a certificate comes as DER, as PEM or in a PKCS #7 message", async () => {
  const root = await authority("Example Root");
  const pem = await certify(root, root);
  const p7b = fileOf({ pem }, "certificate.p7b") ?? "";
  const der = new X509Certificate(pem).raw;
  const message = Buffer.from(p7b.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const { url } = await serverOf({
    "/der": { body: der },
    "/pem": { body: `words before\r\n${pem.replaceAll("\n", "\r\n")}` },
    "/p7b": { body: p7b },
    "/p7c": { body: message },
  });

  for (const path of ["/der", "/pem", "/p7b", "/p7c"]) {
    const [found, ...more] = await downloadIssuers(`${url}${path}`, HERE);
    expect([path, found?.issuerName, more]).toEqual([path, "Example Root", []]);
  }
});

test("what is no certificate, too large, too slow, moved or missing is refused with the reason", async () => {
  const { url, asked } = await serverOf({
    "/words": { body: "<html>Please log in</html>" },
    "/empty": { body: "" },
    "/large": { body: Buffer.alloc(70 * 1_024) },
    "/moved": { status: 302, headers: { location: "/words" } },
    "/gone": { status: 404, body: "gone" },
  });
  const refused = (path: string) => expect(downloadIssuers(`${url}${path}`, { ...HERE, waitMs: 300 })).rejects;

  await refused("/words").toThrow("no certificate");
  await refused("/empty").toThrow("no certificate");
  await refused("/large").toThrow("larger than");
  await refused("/moved").toThrow("status 302");
  await refused("/gone").toThrow("status 404");
  await refused("/silence").toThrow("too slow");
  expect(asked.filter((path) => path === "/words")).toHaveLength(1);
});

test("nothing but http and https to a public address is asked", async () => {
  const { url, asked } = await serverOf({ "/": { body: "secret" } });
  const inside = [
    ...[
      url,
      url.replace("127.0.0.1", "localhost"),
      url.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
      "http://2130706433/",
    ],
    ...["http://10.0.0.1/ca.cer", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://0.0.0.0/"],
  ];
  for (const address of inside) await expect(downloadIssuers(address)).rejects.toThrow("no public address");
  for (const address of [
    "file:///etc/passwd",
    "ldap://ca.example/cn=ca",
    "gopher://x/",
    "http://user:word@ca.example/",
    "",
    "ca.cer",
  ])
    await expect(downloadIssuers(address)).rejects.toThrow("no http or https address");
  expect(asked).toEqual([]);
});

test("each address is asked once, also where it failed, and a failure is told once", async () => {
  const asked: string[] = [];
  const told: string[] = [];
  const load = async (url: string) => {
    asked.push(url);
    if (url === "bad") throw new Error("no");
    return [];
  };
  const download = rememberedDownload(load, (url) => told.push(url));

  await Promise.all(["good", "bad", "good", "bad"].map(download));
  await download("bad");

  expect({ asked, told }).toEqual({ asked: ["good", "bad"], told: ["bad"] });
});

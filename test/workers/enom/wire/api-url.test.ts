// Promises about where secrets go: to the configured address, to its true owner, straight, and nowhere else.
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { checkedApiUrl } from "../../../../src/workers/enom/wire/api-url.ts";
import { enomAt, failure, fixture, pretendEnom, SECRETS, socketServer } from "../support.ts";
import { selfSigned } from "./tls.ts";

const BALANCE = fixture("GetBalance.ok");
const MODIFIED = fixture("CertModifyOrder.ok");
const SOURCES = resolve(import.meta.dirname, "../../../../src");

/** What is wrong with each. */
const REFUSED: Record<string, string[]> = {
  "http://reseller.enom.com/interface.asp": ["https"],
  "http://127.0.0.1.example.com/": ["https"],
  "http://127.0.0.1@reseller.enom.com/": ["https", "user name"],
  "http://localhost.example.com/": ["https"],
  "http://localhost./": ["https", "dot"],
  "http://0.0.0.0/": ["https"],
  "http://[::]/": ["https"],
  "http://[::ffff:127.0.0.1]/": ["https"],
  "http://[::ffff:192.0.2.1]/": ["https"],
  "http://128.0.0.1/": ["https"],
  "http://2886794753/": ["https"],
  "https://reseller.enom.com./interface.asp": ["dot"],
  "https://canary:canary@reseller.enom.com/": ["user name or password"],
  "https://canary@reseller.enom.com/": ["user name or password"],
  "ftp://canary@reseller.enom.com/?pw=canary#canary": ["https", "user name", "query", "fragment"],
  "file:///canary": ["https"],
  "javascript:canary": ["https"],
  "https://": ["no URL"],
  "https://reseller.enom.com:canary/": ["no URL"],
  "https://canary.[::1]/": ["no URL"],
  canary: ["no URL"],
  "": ["no URL"],
};

test.for(Object.entries(REFUSED))("%j is refused before anything is sent, and not shown", ([url, faults]) => {
  for (const fault of faults) expect(() => enomAt(url)).toThrow(fault);
  expect(() => enomAt(url)).toThrow(expect.objectContaining({ message: expect.not.stringContaining("canary") }));
});

/** What is taken, and as which host: names and numbers in other spellings are what they are. */
const TAKEN: Record<string, string> = {
  "https://reseller.enom.com/interface.asp": "reseller.enom.com",
  "https://RESELLER.enom.com:443/interface.asp": "reseller.enom.com",
  "https://reseller.enom.com.partner.example/interface.asp": "reseller.enom.com.partner.example",
  "https://gateway.example:8443/": "gateway.example:8443",
  "https://localhost:1/": "localhost:1",
  "http://127.0.0.1:1/": "127.0.0.1:1",
  "http://127.1:1/": "127.0.0.1:1",
  "http://0x7f000001:1/": "127.0.0.1:1",
  "http://[::1]:1/": "[::1]:1",
  "http://[0:0:0:0:0:0:0:1]:1/": "[::1]:1",
};

test.for(Object.entries(TAKEN))("%s is taken as the host %s", ([url, host]) => {
  expect(checkedApiUrl(url, "main").host).toBe(host);
});

test("localhost without TLS is this machine, whatever a resolver says", async () => {
  const eNom = await pretendEnom([BALANCE]);
  const { hostname } = checkedApiUrl("http://LOCALHOST:1/", "main");

  await enomAt(eNom.url.replace("127.0.0.1", "localhost")).enom.balance();

  expect(hostname).toBe("127.0.0.1");
  expect(eNom.asked).toHaveLength(1);
});

test("only a certificate of a trusted authority for the right name is talked to", async () => {
  const [right, wrong] = [await selfSigned("127.0.0.1"), await selfSigned("127.0.0.2")];
  const [trusted, misnamed] = [await pretendEnom([BALANCE, MODIFIED], right), await pretendEnom([BALANCE], wrong)];

  const { client } = enomAt(trusted.url, { access: { ca: right.cert } });
  await client.ask("GetBalance");
  await client.act("CertModifyOrder", {});

  expect(trusted.asked).toHaveLength(2);
  for (const stranger of [enomAt(trusted.url), enomAt(misnamed.url, { access: { ca: wrong.cert } })]) {
    expect(await failure(stranger.client.ask("GetBalance"))).toMatchObject({ name: "Unavailable" });
    expect(await stranger.client.spend("GetBalance", {}, async () => {})).toMatchObject({ kind: "not-sent" });
  }
  expect(trusted.asked.length + misnamed.asked.length).toBe(2);
});

test("an environment that switches the check of certificates off does not switch it off here", async () => {
  const certificate = await selfSigned("127.0.0.2");
  // The older TLS hands out its session with the handshake, before anybody could hang up.
  const misnamed = await pretendEnom([BALANCE], { ...certificate, maxVersion: "TLSv1.2" });
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  vi.spyOn(process, "emitWarning").mockReturnValue();

  for (const access of [{}, { ca: certificate.cert }]) {
    const { client, enom } = enomAt(misnamed.url, { access });
    for (const _ of ["first", "again, when a session could be resumed"]) {
      expect(await failure(client.ask("GetBalance"))).toMatchObject({ name: "Unavailable" });
      expect(await enom.buySlot({ service: "x", years: 1 }, async () => {})).toMatchObject({ kind: "not-sent" });
    }
  }

  expect(misnamed.asked).toEqual([]);
});

test("no proxy of the environment is told anything", async () => {
  const no = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
  const proxy = await socketServer((socket) => void socket.once("data", () => socket.end(no)));
  const certificate = await selfSigned("127.0.0.1");
  const plain = await pretendEnom([BALANCE]);
  const secure = await pretendEnom([BALANCE], certificate);
  const accesses = [plain, secure].map(({ url }) => ({
    account: "main",
    apiUrl: url,
    ...SECRETS,
    ca: certificate.cert,
  }));
  const program = `
    import { enomClient } from ${JSON.stringify(join(SOURCES, "workers/enom/client.ts"))};
    for (const access of ${JSON.stringify(accesses)}) {
      const client = enomClient(access, { record: () => {} });
      await client.ask("GetBalance");
      await client.act("GetBalance", {});
      await client.close();
    }
    await fetch("http://others.example/").catch(() => {});`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
  const env = Object.fromEntries(names.map((name) => [name, new URL(proxy.url).origin]));

  const args = ["--input-type=module", "--eval", program];
  await promisify(execFile)(process.execPath, args, { env: { ...env, NO_PROXY: "", NODE_USE_ENV_PROXY: "1" } });

  expect([plain.asked.length, secure.asked.length]).toEqual([2, 2]);
  expect(proxy.connections(), "the proxy is in force, and only others use it").toBe(1);
  expect(proxy.received()).not.toContain("127.0.0.1");
});

test("nothing in the source asks for a certificate to go unchecked", () => {
  const files = globSync("**/*.ts", { cwd: SOURCES });
  const careless = files.filter((file) =>
    /rejectUnauthorized|checkServerIdentity/.test(readFileSync(join(SOURCES, file), "utf8")),
  );

  expect(files.length).toBeGreaterThan(50);
  expect(careless).toEqual([]);
});

// eNom behind a proxy: it is asked with CONNECT, sees no word, and what it does wrong happened before anything was sent.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { closedPort, enomAt, fixture, pretendEnom } from "../support.ts";
import { selfSigned } from "./tls.ts";

interface Proxy {
  url: URL;
  /** What was asked of it, with the login. */
  asked: string[];
  seen: () => string;
}

/** `status`: other than 200 it opens nothing. */
async function proxyWith(status: number): Promise<Proxy> {
  const asked: string[] = [];
  let seen = "";
  const server = createServer((_request, response) => response.writeHead(400).end());
  server.on("connect", (request, socket) => {
    asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const there = connect(Number(port), host, () => socket.write("HTTP/1.1 200 Connection established\r\n\r\n"));
    socket.on("data", (bytes) => {
      seen += bytes.toString("latin1");
    });
    for (const each of [socket, there]) each.on("error", () => {});
    socket.pipe(there).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked, seen: () => seen };
}

async function enomBehind(proxy: URL) {
  const tls = await selfSigned("127.0.0.1");
  const eNom = await pretendEnom([fixture("GetBalance.ok"), fixture("PurchaseServices.ok")], tls);
  return { eNom, ...enomAt(eNom.url, { access: { ca: tls.cert, proxy } }) };
}

test("a question and a purchase go through the proxy, which is shown its own login and sees nothing of what is said", async () => {
  const proxy = await proxyWith(200);
  const withLogin = new URL(proxy.url);
  withLogin.username = "fleet";
  withLogin.password = "p%40ss";
  const { eNom, enom } = await enomBehind(withLogin);

  await enom.balance();
  const outcome = await enom.buySlot({ service: "certificate-rapidssl-rapidssl", years: 1 }, async () => {});

  expect(outcome.kind).toBe("bought");
  expect(eNom.asked.map(({ Command }) => Command)).toEqual(["GetBalance", "PurchaseServices"]);
  const login = Buffer.from("fleet:p@ss").toString("base64");
  expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${new URL(eNom.url).host} Basic ${login}`]));
  expect(proxy.seen()).not.toMatch(/GetBalance|canary|interface\.asp/);
});

test.for([
  [407, "proxy-refused"],
  [403, "proxy-refused"],
  [502, "proxy-refused"],
] as const)(
  "a proxy that answers %i opens no way: nothing was sent, and the check says %s",
  async ([status, cause]) => {
    const { eNom, enom } = await enomBehind((await proxyWith(status)).url);

    expect(await enom.checkLogin()).toMatchObject({ cause });
    const outcome = await enom.buySlot({ service: "certificate-rapidssl-rapidssl", years: 1 }, async () => {});
    expect(outcome.kind).toBe("not-sent");
    expect(eNom.asked).toEqual([]);
  },
);

test("a proxy that is not there is told from an eNom that is not", async () => {
  const { enom } = await enomBehind(new URL(`http://user:canary@127.0.0.1:${await closedPort()}`));

  const trouble = await enom.checkLogin();
  expect(trouble).toMatchObject({ cause: "proxy-unreachable" });
  expect(JSON.stringify(trouble)).not.toContain("canary");
});

// The file of a proof is fetched as a CA does it, and no redirect leads into a private network.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { isPublicAddress } from "../../../src/shared/base/public-address.ts";
import { type Asking, mayAskOf } from "../../../src/workers/proof/asking.ts";
import { lookForFile } from "../../../src/workers/proof/file.ts";

const CONTENT = "9f2c0d\nsectigo.com\nt0471";
const PATH = "/.well-known/pki-validation/fileauth.txt";
const loopback: Asking = { resolvers: [], dnsPort: 53, mayAsk: mayAskOf(["127.0.0.0/8", "::1"]), timeoutMs: 1_000 };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The port of a web server that answers so, as text. */
async function webServer(answer: Answer): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return String((server.address() as AddressInfo).port);
}

async function look(answer: Answer, asking = loopback) {
  const port = await webServer(answer);
  return lookForFile({ url: `http://127.0.0.1:${port}${PATH}`, content: CONTENT }, asking, [port]);
}

const says = (status: number, body = "", headers: Record<string, string> = {}): Answer => {
  return (_request, response) => void response.writeHead(status, headers).end(body);
};

test.for([
  ["as it is", CONTENT],
  ["with other line ends and blanks around it", `  ${CONTENT.replaceAll("\n", " \r\n")}\r\n\r\n`],
] as const)("the file is there %s", async ([, body]) => {
  expect(await look(says(200, body))).toMatchObject({ found: "there" });
});

test.for([
  ["a page of the site", 200, "<html>Welcome</html>", "other"],
  ["an older proof", 200, "aaaa\nsectigo.com\nt0001", "other"],
  ["nothing", 404, "", "missing"],
  ["a login", 401, "", "missing"],
  ["an empty file", 200, "", "other"],
  ["a broken server", 503, "", "unknown"],
] as const)("%s is what it is", async ([, status, body, found]) => {
  expect(await look(says(status, body))).toMatchObject({ found });
});

test("a redirect is followed, a few times", async () => {
  const once: Answer = (request, response) =>
    request.url === PATH
      ? says(302, "", { location: "/moved.txt" })(request, response)
      : says(200, CONTENT)(request, response);

  expect(await look(once)).toMatchObject({ found: "there" });
  expect(await look(says(302, "", { location: PATH }))).toMatchObject({ found: "unknown" });
});

test.for([
  ["a private address", "http://10.0.0.1/"],
  ["the cloud's metadata", "http://169.254.169.254/latest/meta-data"],
  ["this machine, by name", "http://localhost/"],
  ["this machine, in another spelling", "http://2130706433/"],
  ["this machine, written as IPv6", "http://[::ffff:127.0.0.1]/"],
  ["a port that is no web server's", "http://198.41.0.4:6379/"],
  ["another scheme", "file:///etc/passwd"],
  ["a login", "http://a:b@198.41.0.4/"],
] as const)("no redirect leads to %s", async ([, location]) => {
  const asked: string[] = [];
  const port = await webServer((request, response) => {
    asked.push(request.url ?? "");
    says(302, "", { location })(request, response);
  });
  // The first address alone is allowed, as a public one would be.
  let first = true;
  const mayAsk = (address: string): boolean => {
    const allowed = first || isPublicAddress(address);
    first = false;
    return allowed;
  };

  const seen = await lookForFile(
    { url: `http://127.0.0.1:${port}${PATH}`, content: CONTENT },
    { ...loopback, mayAsk },
    [port],
  );

  expect(seen.found).toBe("unknown");
  expect(asked).toEqual([PATH]);
});

test("a server that does not answer ends the look in time, and nothing is thrown", async () => {
  const seen = await look(() => undefined, { ...loopback, timeoutMs: 100 });

  expect(seen.found).toBe("unknown");
});

test("an operator may allow further addresses and networks; what is none is refused", () => {
  expect(mayAskOf(["10.1.0.0/16"])("10.1.9.9")).toBe(true);
  expect(mayAskOf(["10.1.0.0/16"])("10.2.0.1")).toBe(false);
  for (const wrong of ["10.1.0.0/33", "here", "10.1.0.0/", "::/200"])
    expect(() => mayAskOf([wrong])).toThrow(RangeError);
});

// CSRs as OpenSSL makes them are read; a broken one gets a sentence for what is wrong with it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { csrHash, readCsr } from "../../../src/shared/certificate/csr.ts";
import { makeCsr } from "../../support/csr.ts";

test.for([
  { cn: "shop.example.com", key: "rsa2048" },
  { cn: "shop.example.com", key: "p256" },
  { cn: "www.example.com", key: "p256", names: ["www.example.com", "example.com"] },
  { cn: "*.example.com", key: "rsa2048" },
  { cn: "xn--bcher-kva.example.com", key: "p256" },
] as const)("a CSR for $cn with a $key key is read", async ({ cn, key, ...rest }) => {
  const csr = await readCsr(await makeCsr({ cn, key, ...("names" in rest && { names: rest.names }) }));

  expect(csr).toMatchObject({ domain: cn });
  if ("names" in rest) expect(csr).toMatchObject({ names: expect.arrayContaining([...rest.names]) });
});

test("the same request with other line ends, column widths and a NEW header is the same CSR", async () => {
  const pem = await makeCsr({ cn: "shop.example.com" });
  const body = pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, "");
  const other = `\r\n-----BEGIN NEW CERTIFICATE REQUEST-----\r\n${body}\r\n-----END NEW CERTIFICATE REQUEST-----\r\n`;

  const [one, two] = [await readCsr(pem), await readCsr(other)];

  expect(two).toEqual(one);
  expect(csrHash(other)).toBe(csrHash(pem));
});

const own = (args: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-csr-"));
  try {
    return execFileSync("openssl", [...args.split(" "), "-keyout", join(folder, "key.pem"), "-nodes"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const broken: [string, () => string | Promise<string>, RegExp][] = [
  [
    "a key that is too short",
    () => own("req -new -newkey rsa:1024 -subj /CN=shop.example.com"),
    /RSA key has 1024 bits; at least 2048/,
  ],
  [
    "a curve that no CA takes",
    () => own("req -new -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -subj /CN=shop.example.com"),
    /curve/,
  ],
  ["an Ed25519 key", () => own("req -new -newkey ed25519 -subj /CN=shop.example.com"), /key is of type/],
  ["an MD5 signature", () => own("req -new -md5 -newkey rsa:2048 -subj /CN=shop.example.com"), /MD5/],
  ["no common name", () => own("req -new -newkey rsa:2048 -subj /O=Example"), /no common name/],
  ["a name that is no domain", () => makeCsr({ cn: "localhost" }), /not a full domain name/],
  ["an IP address as name", () => makeCsr({ cn: "192.0.2.1" }), /not a full domain name/],
  ["a star in the middle", () => makeCsr({ cn: "www.*.example.com" }), /not a valid wildcard/],
  ["a changed signature", async () => damaged(await makeCsr({ cn: "shop.example.com" })), /signature does not match/],
  ["text that is no PEM", () => "hello", /one PEM block/],
  [
    "two requests at once",
    async () => `${await makeCsr({ cn: "a.example.com" })}${await makeCsr({ cn: "b.example.com" })}`,
    /one PEM block/,
  ],
  [
    "a body that is cut short",
    async () => (await makeCsr({ cn: "shop.example.com" })).replace(/\n[^\n]+\n-----END/, "\n-----END"),
    /cannot be read/,
  ],
  ["a private key in the text", () => "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----", /private key/],
  [
    "a request of endless length",
    () => `-----BEGIN CERTIFICATE REQUEST-----\n${"A".repeat(10_000)}\n-----END CERTIFICATE REQUEST-----`,
    /cannot be read/,
  ],
];

test.for(broken)("a CSR with %s is refused in a sentence that names it", async ([, make, sentence]) => {
  const read = await readCsr(await make());

  expect("faults" in read && read.faults.join(" ")).toMatch(sentence);
});

test("a damaged CSR never throws, and never passes with another name or key", async () => {
  const pem = await makeCsr({ cn: "shop.example.com" });
  const honest = await readCsr(pem);
  if ("faults" in honest) throw new Error("the CSR of the test is wrong");
  const { domain, names, publicKey } = honest;
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
  await fc.assert(
    fc.asyncProperty(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const other = Buffer.from(der);
      other[at] = (other[at] ?? 0) ^ flip;
      const text = `-----BEGIN CERTIFICATE REQUEST-----\n${other.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
      const read = await readCsr(text);
      if (!("faults" in read)) expect(read).toMatchObject({ domain, names, publicKey });
    }),
    { numRuns: 300 },
  );
});

function damaged(pem: string): string {
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
}

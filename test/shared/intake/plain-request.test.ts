// The short way through a CSR: whatever it reads, the library reads alike; what it does not read is left to the library.
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type CertificateRequest, readAny, readPlain } from "../../../src/shared/intake/request.ts";
import { customCsr, customKey } from "../../support/custom-csr.ts";
import { ensureOpenssl } from "../../support/openssl.ts";

beforeAll(ensureOpenssl);

const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
const seen = async ({ verify, curve: _curve, ...request }: CertificateRequest) => ({
  ...request,
  isSigned: await verify(),
});

test("a usual CSR is read the short way, and one with a byte changed anywhere never otherwise than by the library", async () => {
  const named = "DNS:shop.example.com,DNS:*.example.com";
  const pems = [
    customCsr({
      subject: "/C=NL/ST=Utrecht/L=Utrecht/O=Example Ltd/OU=Web/CN=shop.example.com",
      san: `${named}\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE`,
    }),
    customCsr({
      subject: "/O=Bäckerei Größe/CN=shop.example.com",
      san: named,
      digest: "sha384",
      options: ["-utf8"],
      key: customKey("RSA", "rsa_keygen_bits:2048"),
    }),
  ];
  for (const whole of pems.map(derOf)) {
    const short = readPlain(whole);
    expect(short && (await seen(short))).toEqual({ ...(await seen(readAny(whole))), isSigned: true });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ change;
        const read = readPlain(changed);
        if (read) expect(await seen(read)).toEqual(await seen(readAny(changed)));
      }),
      { numRuns: 60 },
    );
  }
}, 120_000);

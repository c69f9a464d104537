// Stories about private keys and their like in what others send: found in every form, and nothing else is touched.
import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { isSecretName } from "../../../../src/shared/queue/secrets/find.ts";
import { scrub, scrubText } from "../../../../src/shared/queue/secrets/scrub.ts";
import { orderBody } from "../../../support/order.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;
const locked = { format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" } as const;
const pem = (key = rsa): string => `${key.export({ format: "pem", type: "pkcs8" })}`;
const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");
const der = (key: typeof rsa, type: "pkcs8" | "pkcs1" | "sec1"): string =>
  base64(key.export({ format: "der", type } as { format: "der"; type: "pkcs8" }));
/** Twenty letters of the key itself. */
const inside = (key = rsa): string => pem(key).split("\n")[1]?.slice(10, 30) ?? "";

const FORMS: [name: string, text: string][] = [
  ["PKCS #8", pem()],
  ["RSA of OpenSSL", `${rsa.export({ format: "pem", type: "pkcs1" })}`],
  ["EC of OpenSSL", `${ec.export({ format: "pem", type: "sec1" })}`],
  ["Ed25519", pem(ed)],
  ["with a passphrase", `${rsa.export(locked)}`],
  ["on one line", pem().replaceAll("\n", " ")],
  ["with escaped line ends", pem().replaceAll("\n", "\\n")],
  ["with CR LF", pem().replaceAll("\n", "\r\n")],
  ["encoded for a form", encodeURIComponent(pem())],
  ["a form with plus signs", new URLSearchParams({ k: pem() }).toString()],
  ["cut off", pem().slice(0, 200)],
  ["small letters", pem().replace("BEGIN PRIVATE KEY", "begin private key")],
  ["behind a CSR", `-----BEGIN CERTIFICATE REQUEST-----\nMIIC\n-----END CERTIFICATE REQUEST-----\n${pem()}`],
  ["in a sentence", `Here is my key: ${pem()} Thanks.`],
  ["PEM in base64", base64(pem())],
  ["DER of PKCS #8", der(rsa, "pkcs8")],
  ["DER of PKCS #1", der(rsa, "pkcs1")],
  ["DER of SEC 1", der(ec, "sec1")],
  ["DER of Ed25519", der(ed, "pkcs8")],
  ["DER with a passphrase", base64(rsa.export({ ...locked, format: "der" } as never) as unknown as Buffer)],
  ["base64 without armour", pem().split("\n").slice(1, -2).join("\n")],
  [
    "of OpenSSH",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----",
  ],
  ["of OpenSSH without armour", `b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQ==`],
  ["of PGP", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----"],
  ["of SSH2", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56w\n---- END SSH2 ENCRYPTED PRIVATE KEY ----"],
  ["of PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nAAAA"],
];

test.each(FORMS)("A private key is found at any depth and as a field's name: %s", (_name, text) => {
  const data = { a: [{ b: { c: text, d: "stays" } }], [text.slice(0, 3_000)]: 1 };
  const { value, places } = scrub(data);

  expect(places).toContain("a/0/b/c");
  expect(places).toHaveLength(2);
  const left = JSON.stringify(value);
  for (const key of [rsa, ec, ed]) expect(left).not.toContain(inside(key));
  expect(left).not.toMatch(/lQOYBF|P2\/56w|AAAAABG5vbmU|AAAA"/);
  expect(left).toContain("stays");
});

test("A JSON Web Key keeps its public part only.", () => {
  const { value, places } = scrub({ key: ec.export({ format: "jwk" }) });

  expect(places).toEqual(["key/d"]);
  expect(value).toMatchObject({ key: { kty: "EC", crv: "P-256" } });
});

test("An order as it should be is left as it is, to the letter: no CSR, certificate or long text is taken for a key.", async () => {
  const order = await orderBody();
  const bare = order.csr.replace(/-----[A-Z ]+-----|\s/g, "");
  const certificate = `-----BEGIN CERTIFICATE-----\n${"MIID".repeat(100)}\n-----END CERTIFICATE-----\n`;
  const words = {
    bare,
    certificate,
    long: "a".repeat(5_000),
    digits: "1".repeat(300),
    note: "Send no PRIVATE KEY, please.",
  };
  const data = { ...order, values: { ...words, list: [null, true, 1.5, ""] } };

  const { value, places } = scrub(data, { byName: true });

  expect(places).toEqual([]);
  expect(value).toEqual(data);
});

test("What is called a password, a token or a secret goes where a job is refused, whatever it holds.", () => {
  const data = {
    password: "hunter2",
    Api_Key: 17,
    a: { "Client-Secret": { x: 1 }, keyPassword: "", token: "t" },
    key: "k",
    csr: "c",
  };

  expect(scrub(data).places).toEqual([]);
  const { value, places } = scrub(data, { byName: true });

  expect(places.sort()).toEqual(["Api_Key", "a/Client-Secret", "a/token", "password"]);
  expect(JSON.stringify(value)).not.toMatch(/hunter2|17|"x"|"t"/);
  expect(value).toMatchObject({ key: "k", csr: "c", a: { keyPassword: "" } });
  for (const name of ["key", "passport", "tokenCount", "reference", "approver", "bypass"])
    expect(isSecretName(name)).toBe(false);
});

test("Text that is no JSON is searched as text.", () => {
  const text = `{"csr": "${pem().replaceAll("\n", "\\n")}", "password": "hunter2", 'token': 'abc', secret=xyz&a=b, "note": "stays"`;
  const left = scrubText(text);

  expect(left).not.toContain(inside());
  expect(left).not.toMatch(/hunter2|abc|xyz/);
  expect(left).toContain('"note": "stays"');
});

test("Text that is made to be searched slowly is searched within a second.", () => {
  const texts = [
    "-".repeat(1_000_000),
    "-----BEGIN ".repeat(100_000),
    '-----BEGIN PRIVATE KEY-----"'.repeat(50_000),
    "A ".repeat(500_000),
  ];
  const before = performance.now();
  for (const text of texts) scrubText(text);
  expect(performance.now() - before).toBeLessThan(4_000);
  let deep: unknown = "x";
  for (let i = 0; i < 5_000; i += 1) deep = [deep];
  expect(scrub(deep).places).toEqual([]);
  expect(scrub(deep, { byName: true }).places).toHaveLength(1);
});

// What eNom sends, and what of it is delivered: the right leaf, a whole chain, one valid link each, whatever the order.
import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { certificatesIn } from "../../../src/shared/delivery/pem.ts";
import { certificatesFrom } from "../../../src/shared/delivery/x509.ts";
import type { Trust } from "../../../src/workers/delivery/trust.ts";
import { newerSent, verifyIssued } from "../../../src/workers/order/issued-certificate.ts";
import { type Authority, authority, certify, customer, leafFor, NOW } from "../../support/pki.ts";

let root: Authority;
let policy: Authority;
let issuing: Authority;
let buyer: Awaited<ReturnType<typeof customer>>;
let rootPem: string;
let issuingPem: string;
let leafPem: string;

beforeAll(async () => {
  root = await authority("Example Root R1");
  policy = await authority("Example Policy CA");
  issuing = await authority("Example DV TLS CA");
  buyer = await customer();
  rootPem = await certify(root, root);
  issuingPem = await certify(issuing, root, { pathLength: 0 });
  leafPem = await leafFor(buyer.keys, issuing);
});

const knowing = (roots: readonly string[], intermediates: readonly string[] = []): Trust => ({
  roots: certificatesFrom(roots),
  intermediates: certificatesFrom(intermediates),
});

function take(sent: readonly string[], trust = knowing([rootPem]), from: { csr: string; domain: string } = buyer) {
  return verifyIssued(
    { certificatePem: sent[0] ?? null, intermediatesPem: sent.slice(1) },
    { ...from, now: NOW },
    trust,
  );
}

async function delivered(sent: readonly string[], trust?: Trust, from?: { csr: string; domain: string }) {
  const taken = await take(sent, trust, from);
  if ("fault" in taken) throw new Error(taken.fault);
  return taken.issue;
}

const serials = (pem: string): string[] => certificatesIn(pem).map((each) => new X509Certificate(each).serialNumber);
const same = (pem: string, ...wanted: string[]): void => expect(serials(pem)).toEqual(wanted.flatMap(serials));

describe("the chain", () => {
  test("an expired twin of an intermediate is never delivered, whichever was sent first", async () => {
    const old = await certify(issuing, root, { from: "2010-01-01", to: "2020-05-30" });
    const fresh = await certify(issuing, root, { from: "2019-03-12", to: "2028-12-31" });

    for (const sent of [
      [leafPem, old, fresh],
      [leafPem, fresh, old],
      [old, leafPem, fresh],
    ])
      same((await delivered(sent)).pem, leafPem, fresh);
  });

  test("of twins that are valid, the one that lives longest is delivered", async () => {
    const short = await certify(issuing, root, { to: "2027-02-01" });
    const middle = await certify(issuing, root, { to: "2028-01-01" });
    const long = await certify(issuing, root, { to: "2031-01-01" });
    const early = await certify(issuing, root, { from: "2027-01-01", to: "2039-01-01" });

    same((await delivered([leafPem, short, long, middle, early])).pem, leafPem, long);
    same((await delivered([leafPem, early, short])).pem, leafPem, short);
    expect((await delivered([leafPem, short])).warnings).toMatchObject([{ code: "chain-ends-early" }]);
    expect((await delivered([leafPem, long])).warnings).toBeUndefined();
  });

  test("of two cross-signed ways the one whose links live longest is taken, and each authority comes once", async () => {
    const [oldRoot, otherRoot] = [await authority("AddTrust External Root"), await authority("USERTrust Root")];
    const middle = await authority("Example Validation CA");
    const leaf = await leafFor(buyer.keys, middle);
    const middlePem = await certify(middle, otherRoot, { to: "2030-12-31" });
    const oldRootPem = await certify(oldRoot, oldRoot, { from: "2000-05-30", to: "2020-05-30" });
    const ended = await certify(otherRoot, oldRoot, { from: "2000-05-30", to: "2020-05-30" });
    const otherPem = await certify(otherRoot, otherRoot, { to: "2038-01-18" });
    const longer = await certify(otherRoot, root, { to: "2029-01-01" });

    // AddTrust of May 2020: clients that know the younger root need no link above the intermediate.
    same((await delivered([ended, middlePem, oldRootPem, leaf], knowing([oldRootPem, otherPem]))).pem, leaf, middlePem);
    // Two roots are known: over the cross-signed one the chain would end in 2029.
    same((await delivered([longer, leaf, middlePem], knowing([rootPem, otherPem]))).pem, leaf, middlePem);
    // Only the older one is known: the link to it is needed.
    same((await delivered([longer, leaf, middlePem], knowing([rootPem]))).pem, leaf, middlePem, longer);
  });

  test("of two ways of equal life the one to the older root is taken, which more clients know", async () => {
    const young = await authority("Young Root");
    const youngPem = await certify(young, young, { from: "2024-01-01" });
    const cross = await certify(young, root, { to: "2039-01-01" });
    const middlePem = await certify(issuing, young, { to: "2030-01-01" });

    same((await delivered([leafPem, middlePem, cross], knowing([rootPem, youngPem]))).pem, leafPem, middlePem, cross);
  });

  test("the root, doubles, a repeated leaf and certificates of strangers are left out", async () => {
    const stranger = await authority("Stranger Root");
    const strange = [await certify(stranger, stranger), await leafFor((await customer()).keys, stranger)];

    same((await delivered([rootPem, issuingPem, leafPem, ...strange, issuingPem, leafPem])).pem, leafPem, issuingPem);
  });

  test("a CA that may not stand there is no link: its path length, its purpose, or that it is no CA", async () => {
    const narrow = await certify(policy, root, { pathLength: 0 });
    const wide = await certify(policy, root, { pathLength: 1, to: "2030-01-01" });
    const below = await certify(issuing, policy);
    const forMails = await certify(issuing, root, { purposes: ["1.3.6.1.5.5.7.3.4"] });
    const noCa = await certify(issuing, root, { isCa: false });

    expect(await take([leafPem, below, narrow])).toMatchObject({ code: "chain-incomplete" });
    same((await delivered([leafPem, narrow, below, wide])).pem, leafPem, below, wide);
    expect(await take([leafPem, forMails])).toMatchObject({ fault: expect.stringContaining("not for web servers") });
    expect(await take([leafPem, noCa])).toMatchObject({ code: "chain-incomplete" });
  });

  test("a namesake with another key is no issuer", async () => {
    const impostor = await certify({ ...issuing, keys: (await authority("x")).keys }, root, { to: "2039-12-31" });

    same((await delivered([impostor, leafPem, issuingPem])).pem, leafPem, issuingPem);
    expect(await take([leafPem, impostor])).toMatchObject({ code: "chain-incomplete" });
  });

  test("a chain that lacks a link is not delivered, and what is missing is named", async () => {
    const below = await certify(issuing, policy);
    const ended = await certify(issuing, root, { to: "2026-11-30T11:00:00Z" });

    const cases: [string, string[], RegExp][] = [
      ["nothing but the leaf", [leafPem], /"Example DV TLS CA" was not sent/],
      ["the middle of three", [leafPem, rootPem, await certify(policy, root)], /"Example DV TLS CA" was not sent/],
      ["the upper of two", [leafPem, below], /"Example Policy CA" was not sent/],
      ["the upper of two, root sent", [leafPem, below, rootPem], /"Example Policy CA" was not sent/],
      ["it ended an hour ago", [leafPem, ended, rootPem], /"Example DV TLS CA" ended on 2026-11-30/],
    ];
    for (const [name, sent, why] of cases) {
      const taken = await take(sent);
      expect([name, taken]).toEqual([name, { code: "chain-incomplete", fault: expect.stringMatching(why) }]);
    }
  });

  test("what is missing is taken from what the operator, or this program, brings", async () => {
    const below = await certify(issuing, policy);
    const above = await certify(policy, root);

    same((await delivered([leafPem], knowing([rootPem], [issuingPem]))).pem, leafPem, issuingPem);
    same(
      (await delivered([leafPem, below], knowing([rootPem], [above, issuingPem]))).pem.slice(0),
      leafPem,
      issuingPem,
    );
    same((await delivered([below, leafPem], knowing([rootPem], [above]))).pem, leafPem, below, above);
  });

  test("a whole chain to a root that nobody knows is delivered with a warning that names it", async () => {
    const nobody = knowing([]);

    for (const sent of [
      [leafPem, issuingPem, rootPem],
      [leafPem, issuingPem],
      [rootPem, leafPem, issuingPem],
    ]) {
      const issue = await delivered(sent, nobody);
      same(issue.pem, leafPem, issuingPem);
      expect(issue.warnings).toEqual([{ code: "unknown-root", message: expect.stringContaining("Example Root R1") }]);
    }
    expect(await take([leafPem], nobody)).toMatchObject({ code: "chain-incomplete" });
  });

  test("a root that ended is no end", async () => {
    const ended = await certify(root, root, { to: "2026-01-01" });

    expect(await take([leafPem, issuingPem], knowing([ended]))).toMatchObject({
      issue: { warnings: [{ code: "unknown-root" }] },
    });
    expect(await take([leafPem, issuingPem, ended], knowing([ended]))).toMatchObject({ code: "chain-incomplete" });
  });

  test("a missing issuer is downloaded where that is allowed, link after link, and what cannot be had stops nothing else", async () => {
    const below = await certify(issuing, policy, { issuerUrl: "http://ca.example/policy.cer" });
    const above = await certify(policy, root);
    const leaf = await leafFor(buyer.keys, issuing, { issuerUrl: "http://ca.example/issuing.cer" });
    const shelf: Record<string, string> = {
      "http://ca.example/issuing.cer": below,
      "http://ca.example/policy.cer": above,
    };
    const asked: string[] = [];
    const download = async (url: string) => {
      asked.push(url);
      return certificatesFrom([shelf[url] ?? ""]);
    };
    const trust = { ...knowing([rootPem]), download };

    same((await delivered([leaf], trust)).pem, leaf, below, above);
    expect(asked).toEqual(Object.keys(shelf));
    delete shelf["http://ca.example/policy.cer"];
    expect(await take([leaf], trust)).toMatchObject({ fault: expect.stringContaining("Example Policy CA") });
    expect(await take([leaf])).toMatchObject({ fault: expect.stringContaining("Example DV TLS CA") });
  });

  test("a circle of cross-signed CAs, or a thicket of them, ends", async () => {
    const others = await Promise.all(Array.from({ length: 5 }, (_, i) => authority(`Example Thicket ${i}`)));
    const thicket = await Promise.all(
      others.flatMap((a) => [issuing, ...others].filter((b) => b !== a).map((b) => certify(a, b))),
    );
    const entrance = await certify(issuing, others[0] as Authority);

    expect(await take([leafPem, entrance, ...thicket])).toMatchObject({ code: "chain-incomplete" });
    same((await delivered([leafPem, entrance, ...thicket, issuingPem])).pem, leafPem, issuingPem);
  });

  test("any order of what is sent gives the same chain", async () => {
    const otherRoot = await authority("Other Root");
    const all = [
      leafPem,
      rootPem,
      await certify(issuing, root, { to: "2020-01-01", from: "2010-01-01" }),
      await certify(issuing, root, { to: "2030-01-01" }),
      await certify(issuing, root, { to: "2030-01-01" }),
      await certify(issuing, policy, { to: "2030-01-01" }),
      await certify(policy, root, { to: "2035-01-01" }),
      await certify(policy, otherRoot, { to: "2039-01-01" }),
      await certify(otherRoot, otherRoot),
      await leafFor((await customer()).keys, issuing),
    ];
    const expected = (await delivered(all)).pem;

    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (sent) => {
        expect((await delivered(sent)).pem).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the leaf", () => {
  test("it is found by the key of the CSR, wherever it stands", async () => {
    const others = await Promise.all([1, 2].map(async () => leafFor((await customer()).keys, issuing)));

    for (const sent of [
      [leafPem, issuingPem],
      [issuingPem, leafPem],
      [...others, issuingPem, leafPem],
      [issuingPem, rootPem, leafPem],
    ])
      same((await delivered(sent)).pem, leafPem, issuingPem);
  });

  test("of several with our key the newest that works is delivered", async () => {
    const before = await leafFor(buyer.keys, issuing, { from: "2026-05-01", to: "2027-05-01" });
    const tomorrow = await leafFor(buyer.keys, issuing, { from: "2026-12-01", to: "2027-06-01" });
    const self = await leafFor(buyer.keys, { name: "CN=shop.example.com", keys: buyer.keys });

    same((await delivered([before, tomorrow, issuingPem, self, leafPem])).pem, leafPem, issuingPem);
  });

  test("one that a web server could not work with is not delivered, and the reason is named", async () => {
    const make = (more: Parameters<typeof leafFor>[2]) => leafFor(buyer.keys, issuing, more);
    const other = await leafFor((await customer()).keys, issuing);
    const cases: [string, string, RegExp][] = [
      ["ended in spring", await make({ from: "2025-08-13", to: "2026-03-01" }), /ended at 2026-03-01T00:00:00Z/],
      ["ended this moment", await make({ to: NOW.toISOString() }), /ended at 2026-11-30T12:00:00Z/],
      ["begins later", await make({ from: "2026-11-30T12:30:01Z" }), /is not valid before 2026-11-30T12:30:01Z/],
      ["begins next year", await make({ from: "2027-01-01" }), /is not valid before 2027-01-01/],
      ["another key", other, /carries another public key than the CSR/],
      ["CAs only", rootPem, /of the certificate authority only/],
      ["another name", await make({ names: ["shop.example.net"] }), /does not cover shop.example.com/],
      ["a wildcard for one host", await make({ names: ["*.example.com", "example.com"] }), /does not cover shop/],
      ["no alternative name", await make({ names: [] }), /does not cover shop.example.com/],
      ["a CA", await make({ isCa: true }), /is one of a certificate authority/],
      ["for mails", await make({ purposes: ["1.3.6.1.5.5.7.3.4"] }), /is not for web servers/],
      [
        "self-signed",
        await leafFor(buyer.keys, { name: "CN=shop.example.com", keys: buyer.keys }),
        /is signed by its own key/,
      ],
      [
        "signed by itself under the CA's name",
        await leafFor(buyer.keys, { ...issuing, keys: buyer.keys }),
        /is signed by its own key/,
      ],
    ];
    for (const [name, sent, why] of cases) {
      const taken = await take([sent, issuingPem]);
      expect([name, taken]).toEqual([name, { code: "certificate-mismatch", fault: expect.stringMatching(why) }]);
    }
  });

  test("every name of the CSR must be in it; a wildcard covers one label, and letter case says nothing", async () => {
    const both = await customer(["example.com", "www.example.com"]);
    const star = await customer(["*.example.com", "example.com", "www.example.com"]);
    const make = (from: typeof both, names: string[]) => leafFor(from.keys, issuing, { names });

    const short = await take([await make(both, ["example.com"]), issuingPem], undefined, both);
    expect(short).toMatchObject({ fault: expect.stringContaining("does not cover www.example.com") });
    const all = await make(both, ["WWW.Example.com", "EXAMPLE.COM"]);
    same((await delivered([all, issuingPem], undefined, both)).pem, all, issuingPem);
    const wild = await make(star, ["*.example.com", "example.com"]);
    same((await delivered([wild, issuingPem], undefined, star)).pem, wild, issuingPem);
    const bare = await take([await make(star, ["*.example.com"]), issuingPem], undefined, star);
    expect(bare).toMatchObject({ fault: expect.stringMatching(/does not cover example.com\.$/) });
    const deep = await customer(["*.example.com", "a.b.example.com"]);
    const tooDeep = await take([await make(deep, ["*.example.com", "*.b.example.net"]), issuingPem], undefined, deep);
    expect(tooDeep).toMatchObject({ fault: expect.stringContaining("does not cover a.b.example.com") });
  });

  test("nothing, or nothing that can be read, is no certificate", async () => {
    const broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

    for (const sent of [[], [""], ["N/A"], [broken], [broken, broken]])
      expect(await take(sent)).toMatchObject({
        code: "chain-incomplete",
        fault: expect.stringContaining("no readable"),
      });
    same((await delivered([broken, issuingPem, leafPem])).pem, leafPem, issuingPem);
  });
});

describe("what is newer", () => {
  test("the old leaf is passed over wherever it stands, and CA certificates are no leaf", async () => {
    const [now = ""] = serials(leafPem);
    const current = { serialNumber: now, notBefore: "2026-11-01T00:00:00.000Z" };
    const next = await leafFor(buyer.keys, issuing, { from: "2026-11-20" });
    const of = (...sent: string[]) =>
      newerSent({ certificatePem: sent[0] ?? null, intermediatesPem: sent.slice(1) }, current);

    expect(await of(leafPem, issuingPem)).toBeUndefined();
    expect(await of(issuingPem, rootPem)).toBeUndefined();
    expect(await of()).toBeUndefined();
    const found = await of(issuingPem, leafPem, next);
    if (!found) throw new Error("the new one is not seen");
    same(found.intermediatesPem.join(""), issuingPem, next);
  });

  test("a CA certificate with the key of the CSR is a fault, and not overlooked", async () => {
    const odd = await leafFor(buyer.keys, issuing, { isCa: true });

    expect(await newerSent({ certificatePem: odd, intermediatesPem: [] }, null, buyer.csr)).toBeDefined();
  });
});

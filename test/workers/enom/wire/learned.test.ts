// What a person taught of eNom's words (`enom.errors`), and which TLS is spoken.
import { expect, test } from "vitest";
import type { Learned } from "../../../../src/shared/enom/switches.ts";
import { enomAt, errorDocument, failure, pretendEnom, successDocument } from "../support.ts";
import { selfSigned } from "./tls.ts";

const ERRORS: Learned[] = [
  { match: "Reseller account is running low", means: "no-funds" },
  { match: "is not in your plan", means: "not-sold" },
  { match: "nightly works", means: "maintenance" },
  { match: "too many commands", means: "limit" },
  { match: "cannot be processed", means: "refused" },
];

async function bought(document: string) {
  const eNom = await pretendEnom([document]);
  const { enom } = enomAt(eNom.url, { access: { errors: ERRORS } });
  return enom.buySlot({ service: "certificate-rapidssl-rapidssl", years: 1 }, async () => {});
}

const saying = (...texts: string[]) => errorDocument("PurchaseServices", { texts });

test("a purchase whose every word is known to mean that nothing was bought is refused, with the kind of no", async () => {
  expect(await bought(saying("RESELLER ACCOUNT IS RUNNING LOW, please refill"))).toMatchObject({
    kind: "rejected",
    code: "no-account-with-funds",
  });
  expect(await bought(saying("This product is not in your plan."))).toMatchObject({
    kind: "rejected",
    code: "product-not-sold",
  });
});

test.for([
  ["one word that nobody taught", saying("Reseller account is running low", "And something else")],
  ["a maintenance", saying("nightly works")],
  ["a limit", saying("too many commands")],
  ["a no that says nothing of money", saying("Order cannot be processed")],
  [
    "a document that names a certificate",
    errorDocument("PurchaseServices", { texts: ["Reseller account is running low"] }, "<certid>900123</certid>"),
  ],
] as const)("a purchase that meets %s stays unknown: eNom's list decides", async ([, document]) => {
  expect((await bought(document)).kind).toBe("unknown");
});

test("a question that meets a taught maintenance or limit is asked again later, and a taught no is a no", async () => {
  const said = async (text: string): Promise<Error> => {
    const eNom = await pretendEnom([errorDocument("GetBalance", { texts: [text] })]);
    return failure(enomAt(eNom.url, { access: { errors: ERRORS } }).enom.balance());
  };

  expect((await said("Sorry: nightly works")).name).toBe("Unavailable");
  expect((await said("too many commands, slow down")).name).toBe("Unavailable");
  expect(await said("It cannot be processed")).toMatchObject({ name: "Refused", code: "enom-refused" });
  expect(await said("Reseller account is running low")).toMatchObject({ code: "no-account-with-funds" });
});

const BALANCE = successDocument("GetBalance", "<Balance>10.00</Balance><AvailableBalance>9.00</AvailableBalance>");

test.for([
  [{ maxVersion: "TLSv1.2" }, undefined, "well"],
  [{ maxVersion: "TLSv1.2" }, "TLSv1.3", "tls-failed"],
  [{ minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" }, undefined, "tls-failed"],
  [{ minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" }, "TLSv1", "well"],
] as const)("eNom with %o, tlsMinimum %s: %s", async ([server, tlsMinimum, end]) => {
  const tls = await selfSigned("127.0.0.1");
  const eNom = await pretendEnom([BALANCE], { ...tls, ...server });
  const { enom } = enomAt(eNom.url, { access: { ca: tls.cert, tlsMinimum } });

  expect((await enom.checkLogin())?.cause ?? "well").toBe(end === "well" ? "unreadable-answer" : end);
});

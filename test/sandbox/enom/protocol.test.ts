import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { expect, test } from "vitest";
import { cdata, group, leaf, xml } from "../../../src/sandbox/enom/wire/elements.ts";
import { ask, at, bought, CREDENTIALS, post, RAPID, refused, sandbox, standingClock } from "./support.ts";

/** 9:08:07 in the morning in Seattle. */
const MORNING = "2025-05-06T16:08:07Z";

test("a purchase is answered by the document that eNom writes, element for element", async () => {
  const enom = await sandbox({ clock: standingClock(MORNING) });

  const answer = await post(enom, "PurchaseServices", { Service: RAPID });

  expect(answer.status).toBe(200);
  expect(
    (await answer.text()).replace(/<TrackingKey>[0-9a-f-]{36}</, "<TrackingKey>GUID<"),
  ).toBe(`<?xml version="1.0" encoding="utf-8"?>
<interface-response>
  <certid>900101</certid>
  <orderid>500000101</orderid>
  <Command>PURCHASESERVICES</Command>
  <APIType>API</APIType>
  <Language>eng</Language>
  <ErrCount>0</ErrCount>
  <ResponseCount>0</ResponseCount>
  <MinPeriod></MinPeriod>
  <MaxPeriod>10</MaxPeriod>
  <Server>SJL0VWAPI01</Server>
  <Site>eNom</Site>
  <IsLockable></IsLockable>
  <IsRealTimeTLD></IsRealTimeTLD>
  <TimeDifference>+0.00</TimeDifference>
  <ExecTime>0.000</ExecTime>
  <Done>true</Done>
  <TrackingKey>GUID</TrackingKey>
  <RequestDateTime>5/6/2025 9:08:07 AM</RequestDateTime>
</interface-response>
`);
});

test("eNom's newer program ends its answers in its own way", async () => {
  const enom = await sandbox({ clock: standingClock(MORNING) });
  const CertID = await bought(enom);

  const answer = await (await post(enom, "CertGetCertDetail", { CertID })).text();

  expect(answer).toContain("<APIType>API.NET</APIType>");
  expect(answer).toMatch(/<MinPeriod>1<\/MinPeriod>[\s\S]*<IsLockable\/>\s*<IsRealTimeTLD\/>/);
});

test("a wrong password is refused by the recorded document, with an empty Site", async () => {
  const enom = await sandbox({ clock: standingClock(MORNING) });

  const answer = await post(enom, "GetBalance", { PW: "wrong" });

  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe(`<?xml version="1.0" encoding="utf-8"?>
<interface-response>
  <Command>GETBALANCE</Command>
  <APIType>API</APIType>
  <Language>eng</Language>
  <ErrCount>1</ErrCount>
  <errors>
    <Err1>Bad User name or Password - 3</Err1>
  </errors>
  <ResponseCount>1</ResponseCount>
  <responses>
    <response>
      <ResponseNumber>304155</ResponseNumber>
      <ResponseString>Validation error; invalid ; loginid</ResponseString>
    </response>
  </responses>
  <MinPeriod></MinPeriod>
  <MaxPeriod>10</MaxPeriod>
  <Server>SJL0VWAPI01</Server>
  <Site></Site>
  <IsLockable></IsLockable>
  <IsRealTimeTLD></IsRealTimeTLD>
  <TimeDifference>+0.00</TimeDifference>
  <ExecTime>0.000</ExecTime>
  <Done>true</Done>
  <RequestDateTime>5/6/2025 9:08:07 AM</RequestDateTime>
  <debug><![CDATA[]]></debug>
</interface-response>
`);
});

test("an account can be locked while its password is right", async () => {
  const enom = await sandbox();
  enom.settings.loginWorks = false;

  expect(refused(await ask(enom, "CheckLogin"))?.code).toBe("304155");
});

test("a good login from an address that is not permitted is told the address", async () => {
  const enom = await sandbox();
  enom.settings.allowedAddress = false;

  const answer = await ask(enom, "CheckLogin");

  expect(refused(answer)).toEqual({
    code: "713254",
    texts: [expect.stringMatching(/^User not permitted from this IP address - 127\.0\.0\.1\./)],
  });
});

test("GET and POST mean the same, and no name depends on its letter case", async () => {
  const enom = await sandbox();
  const query = new URLSearchParams({
    uid: "sandbox",
    pw: "sandbox-password",
    COMMAND: "getbalance",
    responsetype: "xml",
  });

  const got = await (await fetch(`${enom.url}?${query}`)).text();
  const posted = await (await post(enom, "GETBALANCE")).text();

  const withoutKey = (text: string) => text.replace(/<(TrackingKey|RequestDateTime)>.*/g, "");
  expect(withoutKey(got)).toBe(withoutKey(posted));
  expect(enom.asked("GetBalance").map(({ method }) => method)).toEqual(["GET", "POST"]);
});

test("credentials in a URL are remembered as a fault, without being repeated", async () => {
  const enom = await sandbox();
  await ask(enom, "GetBalance");
  expect(enom.books.faults).toEqual([]);

  await fetch(`${enom.url}?${new URLSearchParams({ ...CREDENTIALS, Command: "GetBalance" })}`);

  expect(enom.books.faults).toEqual(["GetBalance: credentials in the URL"]);
});

test("who forgets ResponseType gets numbered lines instead of XML", async () => {
  const enom = await sandbox();
  await bought(enom);
  await bought(enom);

  const list = await (await post(enom, "GetOrderList", { ResponseType: "" })).text();
  const refusal = await (await post(enom, "PurchaseServices", { ResponseType: "Text" })).text();

  expect(list.split("\r\n").slice(0, 3)).toEqual([
    ";URL Interface",
    ";Machine is sjl0vwapi01",
    ";Encoding Type is utf-8",
  ]);
  expect(list).toContain("\r\nOrderID1=500000102\r\n");
  expect(list).toContain("\r\nOrderID2=500000101\r\n");
  expect(refusal).toContain("\r\nErr1=Service is missing\r\n");
  expect(refusal).toContain("\r\nResponseNumber1=301220\r\n");
});

test.each(["NoSuchCommand", "constructor", ""])("a command %j that eNom does not know is refused", async (command) => {
  const enom = await sandbox();

  expect(refused(await ask(enom, command))?.code).toBe("304150");
});

test("only interface.asp is answered", async () => {
  const enom = await sandbox();

  expect((await fetch(new URL("/other", enom.url))).status).toBe(404);
});

test("a test can look up every parameter that was asked, and when", async () => {
  const enom = await sandbox({ clock: standingClock(MORNING) });

  await ask(enom, "PurchaseServices", { Service: RAPID, NumYears: 2 });

  expect(enom.asked()).toEqual([
    {
      command: "PurchaseServices",
      method: "POST",
      at: new Date(MORNING),
      parameters: {
        uid: "sandbox",
        pw: "sandbox-password",
        command: "PurchaseServices",
        responsetype: "XML",
        service: RAPID,
        numyears: "2",
      },
    },
  ]);
});

test("whatever text a certificate carries, the XML stays well-formed and says it unchanged", () => {
  const parser = new XMLParser({ parseTagValue: false, trimValues: false });
  const printable = fc.string({ unit: fc.constantFrom("a", "]", "]]>", "<", ">", "&", '"', "&lt;", " ", "é", "😀") });
  fc.assert(
    fc.property(printable, (text) => {
      const parsed = parser.parse(xml(group("root", [leaf("Open", text), cdata("Data", text)])));

      expect(at(parsed, "root.Open")).toBe(text);
      expect(at(parsed, "root.Data")).toBe(text);
    }),
  );
});

test("characters that XML cannot carry are left out", () => {
  expect(xml(leaf("A", "a\u0000b\u001bc\ud800d\uffff"))).toBe("<A>abc\ufffdd</A>");
});

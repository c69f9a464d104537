// Documents that arrive whole: successes of all forms, refusals, documents that are not what they seem, odd bytes and odd values.
import type { Enom } from "../../../../src/workers/enom/commands/commands.ts";
import { errorDocument, fixture, successDocument } from "../support.ts";
import {
  ADDRESS,
  doubtful,
  FUNDS,
  harmless,
  LOGIN,
  LOST,
  type Meaning,
  NO,
  ORDERED,
  type Row,
  type Rows,
  UNCLEAR,
  VAGUE,
  YES,
} from "./meaning.ts";
import { answers } from "./wire.ts";

/** The true answer that all others are made from. */
export const BOUGHT = fixture("PurchaseServices.ok").trimEnd();
/** A question and an effect know one no; a purchase knows that it is about the product. */
const NOT_SOLD: Meaning = [NO, NO, "rejected product-not-sold"];
const HTML = "<html><body><h1>Down for maintenance</h1></body></html>";

/** The success document with one place changed. */
export function but(find: string | RegExp, replacement: string): string {
  const changed = BOUGHT.replace(find, replacement);
  if (changed === BOUGHT) throw new Error(`the fixture has no ${find}`);
  return changed;
}

export const before = (payload: string): string => but("<Command>", `${payload}<Command>`);
const twice = (element: string): string => but(element, element + element);
const said = (document: string): string => document.replace(/<Command>.*?</, "<Command>PURCHASESERVICES<");
const error = (numbers: string[], texts: string[] = ["Some words"], payload = ""): string =>
  errorDocument("PurchaseServices", { numbers, texts }, payload);

/** What is a success, in the forms that nobody has confirmed, too. (eNom API, deciding success, not confirmed) */
export const SUCCESSES: Rows = {
  "a success": [BOUGHT, YES],
  "ids in upper case": [fixture("PurchaseServices.upper-case"), YES],
  "ids the other way round": [but(/(<certid>.*?<\/certid>)\s*(<orderid>.*?<\/orderid>)/s, "$2$1"), YES],
  "elements that nobody knows": [before("<New><Thing>1</Thing></New>"), YES],
  "no tracking key and an empty debug": [but(/<TrackingKey>.*<\/TrackingKey>/, "<debug><![CDATA[ ]]></debug>"), YES],
  "Success in words": [before("<Success>True</Success>"), YES],
  "comments and an instruction": [before("<!-- certid 1 --><?asp certid 1?>"), YES],
  "an id in CDATA, with blanks": [but(">900123<", "> <![CDATA[900123]]> <"), YES],
  "an id in references": [but(">900123<", ">&#57;&#x30;0123<"), YES],
  "no order number": [but(/<orderid>.*<\/orderid>/, ""), ["answer", "done", "bought 900123 null"]],
  "only an order number": [fixture("PurchaseServices.order-only"), ORDERED],
  "an empty certificate number": [but(">900123<", "><"), ORDERED],
  "no number at all": [BOUGHT.replace(/<(cert|order)id>.*<\/\1id>/g, ""), VAGUE],
  "a number with letters": [but("900123", "9e5"), VAGUE],
  "a number below zero": [but("900123", "-900123"), VAGUE],
  "number zero": [but("900123", "0"), VAGUE],
  "a number of eleven digits": [but("900123", "90012345678"), VAGUE],
  "digits of another script": [but("900123", "٩٠٠١٢٣"), VAGUE],
  "two certificate numbers": [before("<CertID>900124</CertID>"), VAGUE],
  "two order numbers": [before("<List><OrderID>1</OrderID></List>"), VAGUE],
};

/** Complete, and nothing to rely on. */
export const BROKEN_DOCUMENTS: Rows = {
  "no Done": [but("<Done>true</Done>", ""), LOST],
  "Done false": [but("<Done>true", "<Done>false"), LOST],
  "Done twice": [twice("<Done>true</Done>"), LOST],
  "Done inside another element": [but("<Done>true</Done>", "<debug><Done>true</Done></debug>"), LOST],
  "Done in a comment": [but("<Done>true</Done>", "<!--<Done>true</Done>-->"), LOST],
  "Done in CDATA": [but("<Done>true</Done>", "<![CDATA[<Done>true</Done>]]>"), LOST],
  "no ErrCount": [but("<ErrCount>0</ErrCount>", ""), LOST],
  "ErrCount empty": [but("<ErrCount>0", "<ErrCount>"), LOST],
  "ErrCount in words": [but("<ErrCount>0", "<ErrCount>none"), LOST],
  "ErrCount twice": [twice("<ErrCount>0</ErrCount>"), LOST],
  "the answer to another command": [but("PURCHASESERVICES", "GETBALANCE"), LOST],
  "no Command": [but("<Command>PURCHASESERVICES</Command>", ""), LOST],
  "Command twice": [twice("<Command>PURCHASESERVICES</Command>"), LOST],
  "Success that says neither": [before("<Success>perhaps</Success>"), LOST],
  "an empty body": ["", LOST],
  "a blank body": [" \r\n", LOST],
  "an HTML page": [`<!DOCTYPE html>${HTML}`, LOST],
  "a well-formed HTML page": [HTML, LOST],
  "plain text, the ResponseType lost": [";URL Interface\r\n;Machine is X\r\nErrCount=0\r\nDone=true\r\n", LOST],
  JSON: ['{"interface-response":{"ErrCount":0,"Done":true,"certid":900123}}', LOST],
  "a document of something else": ["<soap><Done>true</Done><ErrCount>0</ErrCount></soap>", LOST],
  "a document cut in the middle": [BOUGHT.slice(0, 300), LOST],
  "a document cut at its last byte": [BOUGHT.slice(0, -1), LOST],
  "a second document behind it": [BOUGHT + BOUGHT, LOST],
  "a page behind it": [`${BOUGHT}${HTML}`, LOST],
  "words behind it": [`${BOUGHT} Server Error`, LOST],
  "a page before it": [`${HTML}${BOUGHT}`, LOST],
  "crossed tags": [but("</Done>", "</Dome>"), LOST],
  "a DOCTYPE": [`<!DOCTYPE interface-response>${BOUGHT.replace(/^<\?.*?\?>/, "")}`, LOST],
  "an external entity": [
    `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${BOUGHT.replace(/^<\?.*?\?>/, "")}`,
    LOST,
  ],
  "an entity that nobody declared": [but("900123", "&certid;"), VAGUE],
  "a billion laughs": [
    `<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><interface-response>&c;</interface-response>`,
    LOST,
  ],
  "two hundred thousand references": [before(`<debug>${"&#65;".repeat(200_000)}</debug>`), LOST],
  "elements a thousand deep": [before("<a>".repeat(1_000) + "</a>".repeat(1_000)), LOST],
  "a hundred thousand elements": [before("<a/>".repeat(100_000)), LOST],
  "a name that means something to JavaScript": [before("<__proto__><Done>true</Done></__proto__>"), LOST],
};

/** Refusals, by code and by text. (eNom API, failure documents, API error codes) */
export const REFUSALS: Rows = {
  "a wrong login": [said(fixture("GetBalance.bad-login")), harmless(LOGIN)],
  "a foreign address": [said(fixture("CheckLogin.address-not-permitted")), harmless(ADDRESS)],
  "a CSR that nobody can read": [said(fixture("CertConfigureCert.bad-csr")), doubtful(NO)],
  "304155, another number behind the words": [error(["304155"], ["Bad User name or Password - 7"]), harmless(LOGIN)],
  "304156": [error(["304156"]), harmless(LOGIN)],
  "404155": [error(["404155"]), doubtful(LOGIN)],
  "418155, authentication is being maintained": [error(["418155"]), LOST],
  "a wrong login in words alone": [error([], ["Bad User name or Password"]), doubtful(LOGIN)],
  "713254 and a second error": [
    error(["713254", "316255"], ["User not permitted from this IP address - 4", "Account not found in database."]),
    harmless(ADDRESS),
  ],
  "a foreign address in words alone": [
    error([], ["User not permitted from this IP address: 1.2.3.4"]),
    doubtful(ADDRESS),
  ],
  "a foreign address in older words": [error([], ["Invalid client IP"]), doubtful(ADDRESS)],
  "524181, no funds": [error(["524181"]), harmless(FUNDS)],
  "724181, no funds": [error(["724181"]), harmless(FUNDS)],
  "624181, no funds says the system": [error(["624181"]), LOST],
  "519181, not deducted": [error(["519181"]), UNCLEAR],
  "no funds in words alone": [error([], ["Insufficient reseller balance"]), UNCLEAR],
  "no funds in words under another code": [error(["500000"], ["Not enough funds"]), UNCLEAR],
  "304220, unknown Service": [error(["304220"]), NOT_SOLD],
  "316274, unknown Service": [error(["316274"]), NOT_SOLD],
  "316397, foreign CertID": [error(["316397"]), harmless(NO)],
  "713397, foreign CertID": [error(["713397"]), doubtful(NO)],
  "706397, wrong status": [error(["706397"]), doubtful(NO)],
  "304145, contact": [error(["304145"], ["Invalid Registrant information."]), harmless(NO)],
  "712220, disabled product": [error(["712220"]), NOT_SOLD],
  "620397, but about something else": [error(["620397"]), LOST],
  "618299, maintenance": [error(["618299"]), LOST],
  "318299, maintenance": [error(["318299"]), LOST],
  "718299, maintenance": [error(["718299"]), LOST],
  "307166, no connection": [error(["307166"]), LOST],
  "300166, time-out": [error(["300166"]), LOST],
  "016154, unknown": [error(["016154"]), LOST],
  "216154, registry": [error(["216154"]), LOST],
  "100000, a success among the errors": [error(["100000"]), UNCLEAR],
  "a code of five digits": [error(["30415"]), UNCLEAR],
  "a harmless code beside one of the system": [error(["304145", "620397"], ["One", "Two"]), LOST],
  "a harmless code beside no code": [error(["304145", "999"], ["One", "Two"]), UNCLEAR],
  "two errors and one code": [error(["304145"], ["Invalid NumYears", "Something else"]), doubtful(NO)],
  "a code that is counted and not shown": [
    error(["304145"]).replace("<ResponseCount>1", "<ResponseCount>2"),
    doubtful(NO),
  ],
  "maintenance in words": [error([], ["The system is down for maintenance"]), LOST],
  "a proof that is not there yet": [error([], ["[DNS_MISMATCH](domain.cn): [other value]"]), UNCLEAR],
  "an error without words or code": [error([], []), UNCLEAR],
  "Success False without an error": [before("<Success>False</Success><Message>Too late</Message>"), doubtful(NO)],
  "an error beside a certificate number": [error(["304155"], ["Words"], "<certid>900123</certid>"), doubtful(LOGIN)],
  "an error beside an order number": [error(["304155"], ["Words"], "<a><OrderID>1</OrderID></a>"), doubtful(LOGIN)],
  "an error document without Done": [error(["304155"]).replace("<Done>true</Done>", ""), LOST],
  "an error document cut short": [error(["304155"]).slice(0, -30), LOST],
  "a harmless no with status 500": [answers(error(["304155"]), {}, "HTTP/1.1 500 Error"), LOST],
};

const utf16 = Buffer.from(BOUGHT.replace("utf-8", "utf-16"), "utf16le");
const mark = (...mark: number[]): Buffer => Buffer.from(mark);

/** Content types and charsets: what the bytes say beats what is said about them. */
export const CHARSETS: Rows = {
  "no content type": [answers(BOUGHT, { "content-type": "" }), YES],
  "the content type of a page": [answers(BOUGHT, { "content-type": "text/html" }), YES],
  "a content type that is none": [answers(BOUGHT, { "content-type": ";;charset==" }), YES],
  "a byte order mark": [answers(Buffer.concat([mark(0xef, 0xbb, 0xbf), Buffer.from(BOUGHT)])), YES],
  "UTF-8 that calls itself UTF-16": [but("utf-8", "utf-16"), YES],
  "UTF-8 that is announced as UTF-16": [answers(BOUGHT, { "content-type": "text/xml; charset=utf-16" }), YES],
  "UTF-16 with a mark": [answers(Buffer.concat([mark(0xff, 0xfe), utf16])), YES],
  "UTF-16 without a mark": [answers(utf16), YES],
  "UTF-16 the other way round": [answers(Buffer.concat([mark(0xfe, 0xff), Buffer.from(utf16).swap16()])), YES],
  "UTF-16 that lost a byte": [answers(Buffer.concat([mark(0xff, 0xfe), utf16.subarray(0, -1)])), LOST],
  "Latin-1 that calls itself UTF-8": [answers(Buffer.from(but("eng", "\xe9"), "latin1")), LOST],
  "UTF-8 with half a letter": [answers(Buffer.concat([Buffer.from(BOUGHT), mark(0xc3)])), LOST],
  "a charset that does not exist": [answers(BOUGHT, { "content-type": "text/xml; charset=no-such" }), LOST],
  "zero bytes": [answers(Buffer.alloc(1_000)), LOST],
};

const money = (amount: string): string =>
  successDocument("GetBalance", `<Balance>0</Balance><AvailableBalance>${amount}</AvailableBalance>`);
const ordered = (time: string): string =>
  successDocument(
    "GetOrderList",
    `<OrderList><OrderDetail><OrderID>1</OrderID><OrderDate>${time}</OrderDate></OrderDetail>
    <RecordCount>1</RecordCount></OrderList>`,
  );
const detail = (statusId: string): string =>
  fixture("CertGetCertDetail.ok").replace("<CertStatusID>4", `<CertStatusID>${statusId}`);

const balance = (enom: Enom): Promise<unknown> => enom.balance();
const orders = (enom: Enom): Promise<unknown> => enom.orderPage({ start: 1 });
const certificate = (enom: Enom): Promise<unknown> => enom.detail(900_123);
const value = (play: string, ask: Row["ask"], gives?: unknown): Omit<Row, "name"> => ({
  play,
  means: [gives === undefined ? "unavailable" : "answer", "-", "-"],
  ...(ask && { ask }),
  gives,
});

export const VALUES: Record<string, Omit<Row, "name">> = {
  "minus before the dollar": value(money("-$1,873.13"), balance, { available: "-1873.13" }),
  "minus behind the dollar": value(money("$-1,873.13"), balance),
  "an amount in parentheses": value(money("($1,873.13)"), balance),
  "an amount of another country": value(money("1.873,13"), balance),
  "12 AM": value(ordered("5/6/2025 12:00:00 AM"), orders, { orders: [{ orderDate: "2025-05-06T00:00:00" }] }),
  "12 PM": value(ordered("5/6/2025 12:00:00 PM"), orders, { orders: [{ orderDate: "2025-05-06T12:00:00" }] }),
  "a 30th of February": value(ordered("2/30/2025 12:00:00 PM"), orders, { orders: [{ orderId: 1, orderDate: null }] }),
  "status 99": value(detail("99"), certificate, { statusId: 99 }),
  "no status": value(detail(""), certificate),
  "status 0": value(detail("0"), certificate),
  "a status in words": value(detail("issued"), certificate),
  "a status below zero": value(detail("-4"), certificate),
};

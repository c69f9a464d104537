// What the fuzzer writes into documents: names, texts and pieces of markup, harmless and not.

/** Names that mean something to the client, and some that mean something to JavaScript. */
export const NAMES = [
  ..."certid orderid CertID OrderID Done ErrCount Command Success Result responses response ResponseNumber ResponseCount".split(
    " ",
  ),
  ..."errors Err1 Err2 interface-response Certs Cert CertGetCertDetail OrderList OrderDetail Transaction TransHistory".split(
    " ",
  ),
  ..."Count RecordCount TotalCertCount CertStatusID Amount Balance AvailableBalance Approver debug x a:b".split(" "),
  ..."__proto__ constructor prototype toString hasOwnProperty #text ?xml".split(" "),
];

export const TEXTS = [
  ..."0|1|2|-1|00|true|True|TRUE|false|False|yes|no|null|NaN|Infinity|1e3|0x1F|9e5|900123|900124|500000123".split("|"),
  ..."99999999999|٩٠٠١٢٣|-$1,873.13|$-5|3.709,20|Not billed|$9.95|8.95".split("|"),
  ..."304155|713254|524181|620397|318299|300166|30415|999999|304155 620397".split("|"),
  ..."5/6/2025 12:00:00 AM|2/30/2025|13/1/2025|2025-05-06|PURCHASESERVICES|GETBALANCE|purchaseservices".split("|"),
  ..."Bad User name or Password|down for maintenance|Unable to parse CSR|[DNS_MISMATCH](x): [y]|constructor".split("|"),
  "",
  " ",
  " true ",
  "\n900123\n",
  "\u00a0true",
  "\ufefftrue",
  "\u0000",
  "\u001b[31m",
  "\ud800",
  "-----BEGIN CERTIFICATE-----",
  "-----BEGIN ".repeat(500),
  "a".repeat(20_000),
  "1".repeat(400),
  "&<>\"']]>",
  "<Done>true</Done>",
];

export const FRAGMENTS = [
  ..."&lt;|&#60;|&#x3C;Done&#x3E;|&bomb;|&|&#0;|&#xD800;|&#1114112;|&#;|&#48;|&amp;lt;".split("|"),
  ..."<![CDATA[|]]>|<![CDATA[x]]>|<![CDATA[]]>|<!--|-->|<!-- x -->|<!-- -- -->|<!---->|<!-->|<!--->|<?>|<![CDATA[]>|<![cdata[x]]>|<?pi x?>|<?|?>".split(
    "|",
  ),
  ..."<|>|/>|</|<a|<a b='|<a b=\">\"/>|<a b=c/>|<a b='1' b='2'/>|<:a/>|<a:b xmlns:a='x'/>|<1/>|< a/>|<a />|<a/ >".split(
    "|",
  ),
  ..."<Done>true</Done>|<Done>false</Done>|<ErrCount>0</ErrCount>|<ErrCount>1</ErrCount>|<Success>False</Success>".split(
    "|",
  ),
  ..."<certid>7</certid>|<orderid/>|<certid></certid>|<ResponseNumber>620397</ResponseNumber>|<Err9>x</Err9>".split(
    "|",
  ),
  ..."</interface-response>|<interface-response>|<interface-response/>|<__proto__/>|<constructor>1</constructor>".split(
    "|",
  ),
  "<!DOCTYPE a>",
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '<?xml version="1.0" encoding="utf-16"?>',
  "\u0000",
  "\ufeff",
  "\u2028",
  "\r\n",
  "  ",
  "<a>".repeat(30),
  "<a/>".repeat(2_000),
  "&#65;".repeat(2_000),
  "<!--".repeat(1_000),
  "&amp;".repeat(1_000),
];

export const CONTENT_TYPES = [
  "text/xml; charset=utf-8",
  undefined,
  "text/html",
  "text/xml; charset=utf-16",
  "text/xml; charset=iso-8859-1",
  "text/xml; charset=nonsense",
];

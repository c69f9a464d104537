// Requests as nobody sane sends them, one for each number: right ones with something wrong in them, down to the bytes.
import { bent, fitting, type Schema } from "./bodies.ts";
import { type Draw, draw } from "./draw.ts";

export interface Route {
  method: string;
  /** `/v1/certificates/:reference` */
  path: string;
  body?: Schema | undefined;
  /** Names of what its query may hold. */
  queries?: readonly string[] | undefined;
}

export interface Known {
  routes: readonly Route[];
  schemas: Record<string, Schema>;
  /** What really is there, for the parameters of paths. */
  names: readonly string[];
  /** Headers that let somebody in: first the API's, then the pages'. */
  logins: readonly string[];
}

const METHODS = [
  ...[
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "QUERY",
    "PROPFIND",
    "PURGE",
    "LOCK",
  ],
  ...["get", "PRI", "POST\t", "G\0T", "XYZZY", ""],
];
const ODD_STEPS = [
  ...[
    "%00",
    "%ff",
    "%c0%af",
    "%2e%2e",
    "..",
    ".",
    "%2f",
    "%5c",
    "\\",
    "%",
    "%zz",
    "%u0041",
    ";a=b",
    "//",
    "*",
    "~",
    "'",
    "%0d%0a",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "%F0%9F%82%A1",
    "\xff",
    "x".repeat(201),
    "x".repeat(9_000),
    "-1",
    "1e999",
    "NaN",
    "null",
    " ",
  ],
];
const QUERIES = [
  ...[
    "?",
    "?a",
    "?limit=-1",
    "?limit=1e9",
    "?limit=",
    "?limit=1&limit=2",
    "?cursor=x",
    "?cursor=%00",
    "?__proto__[a]=1",
    "?a[]=1",
  ],
  ...[
    "?status=failed&status=issued",
    "?status=none",
    "?expires_before=9999-99-99",
    "?domain=%ff",
    "?domain=%00",
    "?language=..%2f",
  ],
  ...[
    "?activeQueue=open&page=-1&jobsPerPage=1e9",
    "?activeQueue=nothing&status=latest",
    "?page=NaN&status=x",
    "?months=1e9",
    "?%=%",
  ],
  ...[
    "?activeQueue=open&status=failed&page=1&jobsPerPage=10&search=%5B",
    `?q=${"a".repeat(8_000)}`,
    "?dry_run=1",
    "?dry_run=maybe",
  ],
];
/** Of Bull Board, which describes none. */
const BOARD_QUERIES = ["activeQueue", "status", "page", "jobsPerPage", "search", "queueName", "start", "end", "state"];
const QUERY_VALUES = [
  ...[
    "",
    "0",
    "-1",
    "1",
    "1.5",
    "1e9",
    "1e999",
    "9007199254740993",
    "99999999999999999999",
    "NaN",
    "null",
    "true",
    "none",
  ],
  ...[
    "%00",
    "%ff",
    "%ud800",
    "%F0%9F%82%A1",
    "%0d%0aset-cookie:a",
    "..%2f..",
    "*",
    "(0",
    "+",
    "0-0",
    "__proto__",
    "[]",
    "{}",
  ],
  ...[
    "2026-11-30",
    "0000-00-00",
    "9999-12-31T23:59:59Z",
    "2026-02-30",
    "open",
    "failed",
    "x".repeat(300),
    "a,b",
    "a%26b=c",
  ],
];
const HOSTS = [
  "localhost",
  "127.0.0.1",
  "[::1]",
  "",
  "%00",
  "a b",
  "[x]",
  "x:99999",
  "evil.example",
  "x".repeat(300),
  "\xe4.example",
  "a/b",
];
const TYPES = [
  ...[
    "application/json",
    "application/json; charset=utf-16",
    'application/json;charset="',
    "text/plain",
    "text/xml",
    "multipart/form-data",
  ],
  ...[
    "application/x-www-form-urlencoded",
    "application/problem+json",
    "",
    "a",
    "application/json, text/html",
    "\xff/\xff",
  ],
];
const HEADERS = [
  ...[
    "accept: text/html",
    "accept: */*;q=x",
    "accept: text/html;q=0",
    "accept-encoding: gzip, br, \xff",
    "accept-language: ../../x",
  ],
  ...[
    "origin: null",
    "origin: http://evil.example",
    "origin: http://localhost",
    "sec-fetch-site: cross-site",
    "sec-fetch-site: \xff",
  ],
  ...[
    "x-forwarded-for: 1.2.3.4, \xff",
    "x-forwarded-host: a b",
    "x-forwarded-proto: javascript",
    "forwarded: for=_x",
    "via: 1.1 x",
  ],
  ...[
    "x-http-method-override: DELETE",
    "expect: 100-continue",
    "expect: nothing",
    "upgrade: websocket\r\nconnection: upgrade",
  ],
  ...[
    "range: bytes=0-1",
    "range: bytes=-",
    "if-none-match: *",
    "if-modified-since: x",
    "te: trailers",
    "trailer: a",
    "max-forwards: 0",
  ],
  ...[
    "cookie: a",
    `cookie: ${"a=b; ".repeat(900)}`,
    "cookie: __proto__=1; certfleet=\xff",
    "cookie: __Host-session=x.y.z",
    "referer: \xff",
  ],
  ...[
    "authorization: Basic",
    "authorization: Basic !!!!",
    "authorization: Basic AAAA",
    "authorization: Basic Og==",
    "authorization: Bearer",
  ],
  ...[
    "authorization: Bearer \xff",
    `authorization: Bearer ${"x".repeat(7_000)}`,
    "authorization: Digest a=b",
    "x: y\r\n continued",
  ],
  ...[
    "no colon",
    ": nameless",
    "a b: c",
    "x\0: y",
    "content-encoding: gzip",
    "http2-settings: x",
    `x: ${"y".repeat(17_000)}`,
  ],
];
const LENGTHS = ["-1", "0", "99999999999", "1e3", "0x10", "1, 2", " 2 ", "NaN"];

/** The bytes of request number `index`, each character one byte; the last one ends its connection. */
export function requestOf(known: Known, seed: number, index: number): string {
  const by = draw(seed + Math.imul(index, 0x9e3779b1));
  const route = by.pick(
    by.oneIn(2) ? known.routes : known.routes.filter(({ path, method }) => path.startsWith("/v1") && method !== "HEAD"),
  );
  const method = by.oneIn(12) ? by.pick(METHODS) : route.method;
  const body = bodyOf(route, known, by);
  const version = by.oneIn(40)
    ? by.pick(["HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/1.1 ", "HTTX/1.1", ""])
    : "HTTP/1.1";
  const head = [`${method} ${target(route, known, by)} ${version}`, ...headersOf(route, body, { known, by })];
  const end = by.oneIn(60) ? "\n" : "\r\n";
  return `${head.join(end)}${end}${end}${body === undefined ? "" : framed(body, head, by)}`;
}

function queryOf({ queries = BOARD_QUERIES }: Route, by: Draw): string {
  if (queries.length === 0 || by.oneIn(5)) return by.pick(QUERIES);
  const parts = Array.from({ length: by.oneIn(3) ? 2 : 1 }, () => `${by.pick(queries)}=${by.pick(QUERY_VALUES)}`);
  return `?${parts.join("&")}`;
}

function target(route: Route, { names }: Known, by: Draw): string {
  const { path } = route;
  const steps = path.split("/").map((step) => {
    if (!/^[:*]/.test(step)) return by.oneIn(60) ? by.pick(ODD_STEPS) : step;
    return by.oneIn(3) ? by.pick(ODD_STEPS) : by.pick(names);
  });
  const query = by.oneIn(route.queries?.length ? 1.5 : 4) ? queryOf(route, by) : "";
  const whole = `${steps.join("/")}${query}`;
  if (!by.oneIn(30)) return whole || "/";
  return by.pick([
    `http://evil.example${whole}`,
    `/${whole}`,
    `${whole}/`,
    `${whole}#x`,
    whole.toUpperCase(),
    "*",
    `/certs${whole}`,
  ]);
}

function bodyOf({ method, body }: Route, { schemas }: Known, by: Draw): string | undefined {
  const bodiless = method === "GET" || method === "HEAD";
  if (bodiless ? !by.oneIn(15) : by.oneIn(15)) return undefined;
  return bent(
    body ? fitting(body, schemas, by) : by.pick(['{"reason":"x"}', "{}", '{"name":"x","data":{},"options":{}}']),
    by,
  );
}

function headersOf(route: Route, body: string | undefined, { known: { logins }, by }: { known: Known; by: Draw }) {
  const headers: string[] = [];
  if (!by.oneIn(40)) headers.push(`host: ${by.oneIn(10) ? by.pick(HOSTS) : "localhost"}`);
  const right = logins[route.path.startsWith("/v1") ? 0 : 1] ?? "";
  if (!by.oneIn(6)) headers.push(by.oneIn(4) ? by.pick(logins) : right);
  for (let more = by.below(3); more > 0 && by.oneIn(2); more--) headers.push(by.pick(HEADERS));
  if (body !== undefined) {
    if (!by.oneIn(20)) headers.push(`content-type: ${by.oneIn(8) ? by.pick(TYPES) : "application/json"}`);
    if (by.oneIn(25)) headers.push("transfer-encoding: chunked");
    else headers.push(`content-length: ${by.oneIn(30) ? by.pick(LENGTHS) : body.length}`);
  }
  headers.push("connection: close");
  return headers;
}

function framed(body: string, head: readonly string[], by: Draw): string {
  if (!head.includes("transfer-encoding: chunked")) return body;
  const size = by.oneIn(6) ? by.pick(["-1", "zz", "ffffffffffffffff", "0"]) : body.length.toString(16);
  return `${size}\r\n${body}\r\n0\r\n\r\n`;
}

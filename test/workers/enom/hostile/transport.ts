// HTTP and TCP that go wrong around a true answer.
import { gzipSync } from "node:zlib";
import { BOUGHT, but } from "./documents.ts";
import { LOST, NOT_SENT, RACE, type Row, type Rows, YES } from "./meaning.ts";
import {
  answers,
  bytes,
  chunked,
  gzipBomb,
  pours,
  redirects,
  resetsAfter,
  sends,
  sendsAndCloses,
  spells,
  trickles,
} from "./wire.ts";

/** Statuses: nothing is followed, nothing but 200 is believed. */
export const STATUSES: Rows = Object.fromEntries(
  [201, 202, 203, 204, 206, 299, 304, 400, 401, 403, 404, 407, 408, 418, 429, 500, 502, 503, 504, 599, 999]
    .map((status): [string, Rows[string]] => [
      `status ${status} around a success`,
      [answers(BOUGHT, { "retry-after": "0" }, `HTTP/1.1 ${status} Words`), LOST],
    ])
    .concat(
      [300, 301, 302, 303, 307, 308].map((status) => [`redirection ${status}`, [redirects(status, BOUGHT), LOST]]),
    ),
);

const length = Buffer.byteLength(BOUGHT);
const hex = length.toString(16);

/** HTTP as it should not be, and as it seldom is. */
export const TRANSPORT: Rows = {
  "a refresh to another host": [
    (stage) =>
      answers(BOUGHT, { refresh: `0; url=${stage.elsewhere}`, link: `<${stage.elsewhere}>; rel=preload` })(stage),
    YES,
  ],
  "a whole answer in single bytes": [spells(bytes(BOUGHT)), YES],
  "early hints before the answer": [sends("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", bytes(BOUGHT)), YES],
  "100 Continue, unasked": [sends("HTTP/1.1 100 Continue\r\n\r\n", bytes(BOUGHT)), LOST],
  "101, another protocol": [answers(BOUGHT, { connection: "upgrade", upgrade: "h2c" }, "HTTP/1.1 101 Switching"), LOST],
  "HTTP/1.0 without a length": [sendsAndCloses(bytes(BOUGHT, { "content-length": "" }, "HTTP/1.0 200 OK")), YES],
  "HTTP/1.1 without a length": [sendsAndCloses(bytes(BOUGHT, { "content-length": "" })), YES],
  "HTTP/1.0 that ends early": [
    sendsAndCloses(bytes(BOUGHT.slice(0, -30), { "content-length": "" }, "HTTP/1.0 200 OK")),
    LOST,
  ],
  chunks: [chunked([hex, BOUGHT], ["0", ""]), YES],
  "chunks of which one is mismeasured": [chunked([(length - 9).toString(16), BOUGHT], ["0", ""]), LOST],
  "a chunk of no size": [chunked(["zz", BOUGHT], ["0", ""]), LOST],
  "chunks without an end": [
    sendsAndCloses(bytes("", { "content-length": "", "transfer-encoding": "chunked" }), `${hex}\r\n${BOUGHT}\r\n`),
    LOST,
  ],
  "a length that is too short": [answers(BOUGHT, { "content-length": String(length - 9) }), LOST],
  "a length that is too long": [sendsAndCloses(bytes(BOUGHT, { "content-length": String(length + 9) })), LOST],
  "a length below zero": [answers(BOUGHT, { "content-length": "-1" }), LOST],
  "two lengths": [answers(BOUGHT, { "Content-Length": String(length - 9) }), LOST],
  "a length and chunks": [answers(`${hex}\r\n${BOUGHT}\r\n0\r\n\r\n`, { "transfer-encoding": "chunked" }), LOST],
  "two answers on one connection": [sends(bytes(BOUGHT), bytes(but("900123", "900124"))), YES],
  "words behind the answer": [sends(bytes(BOUGHT), "and more"), YES],
  "no HTTP": [sendsAndCloses(BOUGHT), LOST],
  "HTTP of the future": [answers(BOUGHT, {}, "HTTP/9.9 200 OK"), LOST],
  "a status line without a status": [answers(BOUGHT, {}, "HTTP/1.1 OK"), LOST],
  "headers without end": [pours("HTTP/1.1 200 OK\r\nx: ", "x", 2), LOST],
  "a hang-up without a word": [sendsAndCloses(""), LOST],
  "a reset without a word": [resetsAfter(""), LOST],
  "a reset within the head": [resetsAfter("HTTP/1.1 200 OK\r\ncont"), LOST],
  "a reset within the body": [resetsAfter(bytes(BOUGHT).subarray(0, 300)), LOST],
  "gzip that nobody asked for": [answers(gzipSync(BOUGHT), { "content-encoding": "gzip" }), LOST],
  "gzip that says nothing": [answers(gzipSync(BOUGHT)), LOST],
  "gzip that is none": [answers(BOUGHT, { "content-encoding": "gzip" }), LOST],
  "a gzip bomb": [answers(gzipBomb(), { "content-encoding": "gzip" }), LOST],
  "fifty million bytes": [pours(bytes(BOUGHT, { "content-length": String(50 * 2 ** 20) }), " ", 50), LOST],
  "fifty million bytes in secret": [pours(bytes(BOUGHT, { "content-length": "" }), " ", 50), LOST],
};

export const ENDLESS: Rows = {
  silence: [() => {}, LOST],
  "a head that trickles": [trickles("HTTP/1.1 200 OK\r\nx: ", "x"), LOST],
  "a body that trickles": [trickles("HTTP/1.1 200 OK\r\n\r\n", "<"), LOST],
  "chunks that trickle": [trickles("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\n<\r\n"), LOST],
  "hints without end": [trickles("", "HTTP/1.1 103 Early Hints\r\n\r\n"), LOST],
  "a body that stays away": [answers("", { "content-length": "1000" }), LOST],
  "a success that comes too late": [({ socket }) => void setTimeout(() => socket.write(bytes(BOUGHT)), 300), LOST],
};

export const PLACES: Row[] = [
  { name: "nobody listens", play: "", means: NOT_SENT, where: "nowhere" },
  {
    name: "a server without TLS where TLS is wanted",
    play: sendsAndCloses("HTTP/1.1 400 Bad\r\n\r\n"),
    means: NOT_SENT,
    where: "tls",
    early: true,
  },
  { name: "a reset before the request", play: resetsAfter(""), means: RACE, early: true },
  { name: "a hang-up before the request", play: sendsAndCloses(""), means: RACE, early: true },
  {
    name: "a time-out of the server's own before the request",
    play: answers("", {}, "HTTP/1.1 408 Timeout"),
    means: RACE,
    early: true,
  },
  {
    name: "an answer before the request",
    play: answers(BOUGHT),
    means: [
      "answer or unavailable",
      "done or unavailable or uncertain",
      "bought 900123 500000123 or not-sent or unknown",
    ],
    early: true,
  },
];

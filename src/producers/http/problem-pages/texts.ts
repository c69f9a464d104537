// What each kind of problem means and what to do about it: the text of its page, of the reference and of the OpenAPI
// document. A kind without a text does not compile.
import type { ProblemName } from "../problems.ts";

export interface ProblemText {
  /** What it means, in one or two sentences. */
  means: string;
  /** What the caller does next, a sentence each. */
  next: readonly string[];
  /** Whether the same request may help later, and is safe to send. */
  again: string;
  /** A `detail` as the gateway writes it. */
  detail: string;
  /** The address of the example. */
  instance?: string;
  /** What else the example has: `errors`, `scope`. */
  beside?: Readonly<Record<string, unknown>>;
  /** Headers that come with it. */
  headers?: Readonly<Record<string, string>>;
}

const SAME = "Send the same request again, with the same reference: that never places a second order.";

export const problemTexts: Readonly<Record<ProblemName, ProblemText>> = {
  malformed: {
    means: "The request is not valid HTTP, its address cannot be read, or its body is not JSON.",
    next: ["Read `detail`: it names the line and column of the JSON.", "Send JSON as UTF-8."],
    again: "No: the same bytes are refused again.",
    detail: "The body is not valid JSON: line 1, column 15: a value is missing.",
  },
  unauthorized: {
    means: "The request has no API key, or the key is unknown, revoked or has ended.",
    next: [
      "Send the header `Authorization: Bearer KEY`.",
      "Ask the operator for a key: `certfleet key create --name NAME --scope SCOPE`.",
    ],
    again: "With a valid key.",
    detail: "Send a valid API key in the header Authorization: Bearer KEY.",
    headers: { "www-authenticate": 'Bearer realm="certfleet"' },
  },
  forbidden: {
    means:
      "The gateway knows who asks, and that is not enough: the key lacks a scope, may not be used from this address, or a page of another site asks.",
    next: [
      "Where the answer has `scope`, ask the operator for a key with that scope.",
      "Otherwise `detail` says which address or page was refused.",
    ],
    again: "No: not with this key from this address.",
    detail: "This needs the scope money:decide, which the API key shop does not have.",
    instance: "/v1/certificates/bill-1001/cancel",
    beside: { scope: "money:decide" },
  },
  "not-found": {
    means: "Nothing is under this address: no such certificate, account, job, file or route.",
    next: [
      "Check the spelling of the reference. Capitals and small letters differ.",
      "Finished jobs are removed after seven days, failed ones after thirty: read the certificate instead.",
    ],
    again: "No, unless it is created meanwhile.",
    detail: "There is no certificate bill-1001.",
    instance: "/v1/certificates/bill-1001",
  },
  "method-not-allowed": {
    means: "The address exists, and does not take this method.",
    next: ["The header `Allow` lists the methods that the address takes.", "Compare the call with the API reference."],
    again: "No: choose one of the methods in `Allow`.",
    detail: "This address does not take DELETE. It takes GET, HEAD, OPTIONS, PATCH.",
    instance: "/v1/certificates/bill-1001",
    headers: { allow: "GET, HEAD, OPTIONS, PATCH" },
  },
  "reference-taken": {
    means: "An order with this reference was accepted before, and its content is another one. Nothing was changed.",
    next: [
      "Read the certificate with this reference. It may be the order that you mean, sent by another program.",
      "For a new certificate choose a new reference. A reference stays used, also when its order failed.",
    ],
    again: "No: not with this content.",
    detail: "bill-1001 belongs to another order. Choose a new reference; it cannot be used again.",
  },
  "not-now": {
    means: "The request is right, and the order or certificate is in a state that does not allow it.",
    next: [
      "Read `detail`: it says what stands in the way, such as a reissue that is under way.",
      "Read the certificate, and ask again when its status has changed.",
    ],
    again: "Later, when the state has changed.",
    detail: "The certificate is not issued yet.",
    instance: "/v1/certificates/bill-1001/pem",
  },
  "events-gone": {
    means: "The cursor is so old that events behind it are not kept any more: some may have been missed.",
    next: [
      "Ask with `after=latest`, and keep the `nextCursor` of the answer.",
      "Read what was changed meanwhile with `GET /v1/certificates?updated_since=TIME`, then go on from that cursor.",
    ],
    again: "No: this cursor stays too old.",
    detail: "Events behind this cursor are not kept any more (30 days, the newest million).",
    instance: "/v1/events",
  },
  "idempotency-key-running": {
    means: "A request with the same `Idempotency-Key` is being carried out at this moment. This one did nothing.",
    next: [
      "Wait as many seconds as `Retry-After` says.",
      "Send the same request with the same key: its answer is kept.",
    ],
    again: "Yes, after `Retry-After` seconds, with the same key.",
    detail: "The request with this Idempotency-Key is being carried out. Send the same again in a second.",
    instance: "/v1/certificates/bill-1001/reissue",
    headers: { "retry-after": "1" },
  },
  "idempotency-key-reused": {
    means: "The `Idempotency-Key` was sent before with another address or body. This request did nothing.",
    next: [
      "To repeat the former request, send exactly what was sent then.",
      "For a new request make a new key, such as a random UUID.",
    ],
    again: "No: not with this key.",
    detail: "This Idempotency-Key was sent with another request. Send the same request, or another key.",
    instance: "/v1/certificates/bill-1001/reissue",
  },
  "too-large": {
    means: "The body is larger than the gateway reads.",
    next: ["Send less. An order takes some 3 KB."],
    again: "No.",
    detail: "The body is larger than 256 KB.",
  },
  "unsupported-media-type": {
    means: "The body is of another kind than the call takes.",
    next: ["Send JSON with the header `Content-Type: application/json`."],
    again: "With the right Content-Type.",
    detail: "The body must be application/json.",
  },
  invalid: {
    means: "The request can be read, and some of its fields are wrong. Nothing was kept, and nothing is bought.",
    next: [
      "`errors` names every wrong field and what is wrong with it, all at once.",
      "`POST /v1/certificates?dryRun=true` checks an order and keeps nothing.",
    ],
    again: "No: correct the fields first. The reference is still free.",
    detail: "contacts/admin/email: must be one plain e-mail address.",
    beside: { errors: [{ field: "contacts/admin/email", message: "must be one plain e-mail address." }] },
  },
  "too-many-requests": {
    means:
      "The key has sent more requests than its rate allows, or too many requests without a valid key came from this address.",
    next: [
      "Wait as many seconds as `Retry-After` says.",
      "The headers `RateLimit` and `RateLimit-Policy` tell what is left.",
    ],
    again: "Yes, after `Retry-After` seconds.",
    detail: "1000 requests in 10 seconds are allowed. Wait 3 s, and send fewer.",
    headers: { "retry-after": "3" },
  },
  "quota-exceeded": {
    means: "The key may not order more within 24 hours, by number or by money. Nothing was kept.",
    next: [
      "`Retry-After` says when there is room again.",
      "If the order alone is more than the whole quota, the operator must raise it.",
    ],
    again: "Yes, after `Retry-After` seconds. The reference is still free.",
    detail: "The API key shop may place 20 orders in 24 hours. There is room for it again at 2026-11-23T08:30:00.000Z.",
    headers: { "retry-after": "73800" },
  },
  internal: {
    means:
      "An error in Certfleet. It may have happened before or after the request took effect: the outcome is unknown.",
    next: ["Tell the operator the number in `detail`: the gateway's log has the cause under it.", SAME],
    again: `Yes. ${SAME}`,
    detail: "An internal error. The gateway's log has it as request 5f0c8f52-3c5e-4f6b-9a53-0c8f6d1f2a10.",
  },
  unavailable: {
    means:
      "Redis does not answer in time, takes no writes or lost its replicas, or too many forecasts wait. Nothing is known to have happened: the outcome is unknown.",
    next: ["Wait as many seconds as `Retry-After` says.", SAME],
    again: `Yes, after \`Retry-After\` seconds. ${SAME}`,
    detail: "Redis does not respond. Nothing is known to have happened. Send the same request again.",
    headers: { "retry-after": "2" },
  },
};

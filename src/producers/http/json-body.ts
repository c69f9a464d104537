// Reads the JSON of a body as Fastify does, names that would reach into prototypes refused, and says where a text is no
// JSON, or its bytes are no UTF-8.
import { isAscii } from "node:buffer";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { readJson } from "../../shared/base/json.ts";
import { unseenFaults } from "../../shared/base/text/unseen.ts";
import { readUtf8 } from "../../shared/base/utf8.ts";
import { readForms } from "../../shared/panel/panel-forms.ts";
import type { App } from "./needs.ts";
import { invalid, type ProblemError, problem } from "./problems.ts";

/** A caller who sends no body must not say that it is JSON. */
const EMPTY = "The body is empty. Send JSON, or leave out the Content-Type.";
const POISONED = "The body has a field named __proto__ or constructor, which is not allowed.";

/** Of requests with an Idempotency-Key. */
const digests = new WeakMap<FastifyRequest, string>();

/** Of the bytes of its body as they came; empty where there is none. */
export function digestOfBody(request: FastifyRequest): string {
  return digests.get(request) ?? "";
}

export function readJsonBodies(app: App): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, bytes: Buffer, done) => {
    if (request.headers["idempotency-key"] !== undefined)
      digests.set(request, createHash("sha256").update(bytes).digest("base64url"));
    const { text, fault = wrongCharset(request.headers["content-type"] ?? "", bytes) } = readUtf8(bytes);
    if (text === undefined || fault !== undefined) {
      done(problem("malformed", `The body must be JSON in UTF-8 (RFC 8259, 8.1): ${fault}`), undefined);
      return;
    }
    void parse(request, text, (error, value) => done(error ? unreadable(text) : null, value));
  });
}

/** Bytes that may be read as UTF-8 by chance, of a caller who says that they are none. */
function wrongCharset(contentType: string, bytes: Buffer): string | undefined {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  if (charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset) || isAscii(bytes)) return undefined;
  return `its Content-Type says ${charset.slice(0, 40)}. Send it as UTF-8.`;
}

function unreadable(body: string): ProblemError {
  if (body === "") return problem("malformed", EMPTY);
  const read = readJson(body);
  return problem("malformed", "fault" in read ? `The body is not valid JSON: ${read.fault}` : POISONED);
}

/**
 * After a body was checked: every text in it is one that people see whole. Orders have a reader of their own, which
 * knows an order of an earlier version again; so have contacts. A CSR is no text for people.
 */
export async function refuseUnseen(request: {
  body?: unknown;
  routeOptions: { url?: string | undefined };
}): Promise<void> {
  const { body } = request;
  if (typeof body !== "object" || body === null || body instanceof Readable) return;
  if (request.routeOptions.url === "/v1/certificates") return;
  const { csr: _csr, contacts: _contacts, ...texts } = body as Record<string, unknown>;
  const faults = unseenFaults(texts);
  if (faults.length > 0) throw invalid(faults);
}

/** Before a body is checked: none is an empty one, and what a panel leaves blank is absent. */
export async function dropBlanks(request: { body: unknown }): Promise<void> {
  request.body = readForms(request.body ?? {}).body;
}

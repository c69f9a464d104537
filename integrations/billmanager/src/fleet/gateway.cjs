// Speaks HTTP with the fleet's gateway: small calls, short times, and a second try where a repeated call does nothing twice.
"use strict";

const { Fault, connectionFault } = require("../fault.cjs");
const { problemFault } = require("./problems.cjs");

const LONGEST_MS = 20_000;
const MOST_BYTES = 16 * 1024 * 1024;
/** Before the second and the third try. */
const PAUSES_MS = [300, 1_200];
const LONGEST_PAUSE_MS = 5_000;
const MOST_KEYS = 50;
const PASSING = new Set([429, 502, 503, 504]);

/** @typedef {import("../context.cjs").Context} Context */
/** @typedef {ReturnType<typeof gatewayOf>} Gateway */
/** @typedef {{ status: number, body: any, text: string, retryAfter: number | undefined, code: string, isReplayed: boolean }} Answer */

/**
 * @param {Pick<Context, "log" | "pause">} context
 * @param {import("../panel/handler.cjs").Connection} connection
 */
function gatewayOf({ log, pause }, connection) {
  const { origin, prefix } = readAddress(connection.url);

  /**
   * @param {string} method
   * @param {string} path below /v1
   * @param {{ body?: unknown, key?: string, statuses?: readonly number[] }} [about] `key`: the Idempotency-Key; `statuses`:
   *   answers that say no and are wanted all the same
   * @returns {Promise<Answer>}
   * @throws {Fault} where the gateway does not answer, or says no
   */
  const send = async (method, path, { body, key, statuses = [] } = {}) => {
    const headers = {
      ...(connection.key !== "" && { authorization: `Bearer ${connection.key}` }),
      ...(key && { "idempotency-key": key }),
    };
    for (let tries = 0; ; tries += 1) {
      const answer = await once(method, path, { body, headers });
      const isRunning = answer.status === 409 && answer.code === "idempotency-key-running";
      const next = PAUSES_MS[tries];
      const wait = Math.max(next ?? 0, (answer.retryAfter ?? 0) * 1_000);
      if ((PASSING.has(answer.status) || isRunning) && next !== undefined && wait <= LONGEST_PAUSE_MS) {
        await pause(wait);
        continue;
      }
      if (answer.status < 300 || statuses.includes(answer.status)) return answer;
      throw problemFault(answer);
    }
  };

  /**
   * A call that got no answer is made again: each is safe to repeat, by its reference, its key or its nature.
   * @param {string} method @param {string} path @param {{ body: unknown, headers: Record<string, string> }} about
   */
  const once = async (method, path, about) => {
    for (let tries = 0; ; tries += 1) {
      const began = Date.now();
      try {
        const answer = await exchange(new URL(`${origin}${prefix}/v1${path}`), {
          method,
          sourceIp: connection.sourceIp,
          ...about,
        });
        log.write("INFO", `fleet ${method} ${path} ${answer.status} ${Date.now() - began} ms`);
        log.write(
          "DEBUG",
          `fleet ${method} ${path} sent ${JSON.stringify(about.body ?? null)} answered ${answer.text}`,
        );
        return answer;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        log.write("ERROR", `fleet ${method} ${path} ${why}`);
        const next = PAUSES_MS[tries];
        if (next === undefined || Date.now() - began > LONGEST_MS / 2) throw unreachable(origin, error, why);
        await pause(next);
      }
    }
  };

  /**
   * The same, once for all calls with this key. A refusal is kept by the gateway as a success is, and whoever has corrected
   * the cause asks under a further key: under the former ones nothing was done.
   * @param {string} method
   * @param {string} path
   * @param {{ body: unknown, key: string, statuses?: readonly number[], maySayOther?: boolean }} about `maySayOther`: another
   *   body under the key is another request, and not the answer to this one
   */
  const sendOnce = async (method, path, { body, key, statuses = [], maySayOther = false }) => {
    for (let n = 1; ; n += 1) {
      const answer = await send(method, path, {
        body,
        key: n === 1 ? key : `${key}.${n}`,
        statuses: [409, 422, ...statuses],
      });
      const isOther = maySayOther && answer.code === "idempotency-key-reused";
      const isOld = answer.status >= 400 && answer.isReplayed;
      if ((isOther || isOld) && n < MOST_KEYS) continue;
      if (answer.status < 300 || statuses.includes(answer.status)) return answer;
      throw problemFault(answer);
    }
  };

  return {
    send,
    sendOnce,
    /** @param {string} path @returns {Promise<any>} the body; undefined where there is no such thing */
    async find(path) {
      const answer = await send("GET", path, { statuses: [404] });
      return answer.status === 404 ? undefined : answer.body;
    },
    /** @param {string} path @returns {Promise<any>} */
    get: async (path) => (await send("GET", path)).body,
    /** @param {string} path @returns {Promise<string>} */
    text: async (path) => (await send("GET", path)).text,
  };
}

/** Without the slash at the end, and without /v1, whichever way it was written. @param {string} url */
function readAddress(url) {
  try {
    const { protocol, origin, pathname } = new URL(url.trim());
    if (protocol === "https:" || protocol === "http:")
      return { origin, prefix: pathname.replace(/\/+$/, "").replace(/\/v1$/, "") };
  } catch {
    // Said below.
  }
  throw connectionFault(
    "url",
    `${url} is no address such as https://fleet.example. API URL is the address of the fleet.`,
  );
}

/**
 * @param {URL} url
 * @param {{ method: string, body: unknown, headers: Record<string, string>, sourceIp: string }} about
 * @returns {Promise<Answer>}
 */
function exchange(url, { method, body, headers, sourceIp }) {
  const { request } = url.protocol === "https:" ? require("node:https") : require("node:http");
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const given = {
    ...{
      accept: "application/json, application/x-pem-file, application/problem+json",
      "user-agent": "pmenomfleet",
      ...headers,
    },
    ...(sent && { "content-type": "application/json", "content-length": String(sent.length) }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method,
      headers: given,
      agent: false,
      ...(sourceIp !== "" && { localAddress: sourceIp }),
    });
    const timer = setTimeout(() => asked.destroy(new Error(`no answer within ${LONGEST_MS / 1_000} s`)), LONGEST_MS);
    const fail = (/** @type {Error} */ error) => {
      clearTimeout(timer);
      reject(error);
    };
    asked.on("error", fail);
    asked.on("response", (/** @type {import("node:http").IncomingMessage} */ answer) => {
      /** @type {Buffer[]} */
      const parts = [];
      let size = 0;
      answer.on("error", fail);
      answer.on("data", (part) => {
        size += part.length;
        if (size > MOST_BYTES) asked.destroy(new Error("the answer is too large"));
        else parts.push(part);
      });
      answer.on("end", () => {
        clearTimeout(timer);
        resolve(readResponse(answer, Buffer.concat(parts).toString("utf8")));
      });
    });
    asked.end(sent);
  });
}

/** @param {import("node:http").IncomingMessage} answer @param {string} text @returns {Answer} */
function readResponse({ statusCode = 0, headers }, text) {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  const kind = headers["content-type"] ?? "";
  const about = {
    status: statusCode,
    text,
    isReplayed: headers["idempotency-replayed"] === "true",
    retryAfter: Number.isFinite(seconds) ? seconds : undefined,
  };
  if (!/json/.test(kind)) {
    if (statusCode < 300 && !/pem/.test(kind))
      throw new Error(
        `no Certfleet answers there (${kind || "an answer without a type"}): API URL is the address of the fleet`,
      );
    return { ...about, body: undefined, code: "" };
  }
  const body = JSON.parse(text);
  return { ...about, body, code: body?.code ?? "" };
}

/** @param {string} origin @param {unknown} error @param {string} why */
function unreachable(origin, error, why) {
  if (error instanceof Fault) return error;
  return connectionFault(
    "url",
    `${origin} does not answer (${why}). Check API URL, the gateway, and the firewall between.`,
  );
}

module.exports = { gatewayOf };

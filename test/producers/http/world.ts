// What the stories about the HTTP door share: a gateway on its own prefix of the real Redis, without any worker, and orders.
import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import { inject, onTestFinished } from "vitest";
import { buildGateway, type GatewayNeeds } from "../../../src/producers/gateway.ts";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { openHide } from "../../../src/shared/authority/audit/hide.ts";
import { auditTrail } from "../../../src/shared/authority/audit/trail.ts";
import { createLog } from "../../../src/shared/base/log.ts";
import { type CertificateRecord, withEvent } from "../../../src/shared/certificate/record.ts";
import { certificateStore } from "../../../src/shared/certificate/store.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { policyFor } from "../../../src/shared/config/policy.ts";
import { openQueues } from "../../../src/shared/queue/queues.ts";
import { connectRedis, untilReady } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { orderBody } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";

export const NOW = new Date("2026-11-22T12:00:00.000Z");

/** A gateway that closes with the test, its parts, and every line it logged. */
export async function world(given: Partial<GatewayNeeds> & { redisUrl?: string } = {}) {
  const { redisUrl = inject("redisUrl"), ...overrides } = given;
  const lines: string[] = [];
  const kept = new Writable({
    write(line, _encoding, done) {
      lines.push(`${line}`);
      done();
    },
  });
  const log = createLog("trace", "gateway", kept);
  const keys = keysUnder(`{test-${randomUUID()}}`);
  const redis = connectRedis(redisUrl, "fail-fast", () => {});
  onTestFinished(() => redis.disconnect());
  await untilReady(redis, 10_000);
  const queues = openQueues(redis, keys.prefix, () => {});
  onTestFinished(() => queues.close());
  const needs: GatewayNeeds = {
    ...{ redis, keys, queues, log },
    certificates: certificateStore(redis, keys, defaultPolicy),
    accounts: accountRecords(redis, keys),
    policyFor: policyFor({}, { products: [] } as never),
    clock: { now: () => NOW },
    audit: auditTrail({ redis, keys, clock: { now: () => NOW } }),
    hide: await openHide({ redis, keys }),
    apiKeys: [],
    board: null,
    env: "sandbox",
    streams: { mostMs: 0 }, // without a port the end of an answer is waited for
    ...overrides,
  };
  const app = await buildGateway(needs);
  onTestFinished(() => app.close());

  /** Sends a request without a port; an object as body goes out as JSON. */
  async function call(
    method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
    url: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ) {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await app.inject({
      method,
      url,
      headers: { ...type, ...headers },
      ...(body !== undefined && { payload: body }),
    });
    const isJson = /[/+]json/.test(`${answer.headers["content-type"]}`);
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: isJson ? answer.json() : undefined,
    };
  }

  /** Changes a kept record the way a worker does. */
  async function work(reference: string, change: Partial<CertificateRecord>): Promise<void> {
    const found = await needs.certificates.find(reference);
    if (!found) throw new Error(`no ${reference}`);
    await needs.certificates.save(
      { ...found, record: withEvent({ ...found.record, ...change }, NOW, "certificate.changed") },
      NOW,
    );
  }

  /** Makes an account known the way a worker does at its start. */
  const addAccount = (id: string): Promise<void> =>
    needs.accounts.publish(accountEntry.parse({ id, username: "reseller", password: "secret" }));

  return { ...needs, app, lines, call, work, addAccount };
}

/** The body of an order that nothing is wrong with; `given` replaces whole fields. */
export function anOrder(given: Record<string, unknown> = {}, cn = "shop.example.com") {
  return orderBody({ cn, ...given });
}

/** An issue as a worker keeps it, of a hundred days around NOW. */
export const anIssue: NonNullable<CertificateRecord["issue"]> = {
  serialNumber: "0A1B",
  notBefore: "2026-10-01T00:00:00.000Z",
  notAfter: "2027-01-09T00:00:00.000Z",
  pem: "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n",
  csrHash: "00",
};

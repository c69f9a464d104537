// Promise: whoever tries Certfleet with a collector of traces gets them from each part, with the login of the collector.
import { expect, test } from "vitest";
import { liveParts } from "../../src/sandbox/parts.ts";
import { quickFolder } from "../support/quick-folder.ts";

test("OpenTelemetry's own variables reach each part, and what belongs to nobody does not.", () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_EXPORTER_OTLP_HEADERS: "a=b", ANOTHER: "1" };
  const { children } = liveParts({ env, redisUrl: "redis://127.0.0.1:6379", port: 3000, dataDir: quickFolder() });

  expect(children).toHaveLength(6);
  for (const child of children) {
    expect(child.env).toMatchObject({ OTEL_EXPORTER_OTLP_HEADERS: "a=b" });
    expect(child.env).not.toHaveProperty("ANOTHER");
  }
});

// Whom ENOM_PROXY and NO_PROXY send through the proxy.
import { expect, test } from "vitest";
import { enomWaySettings, proxyTo } from "../../../src/shared/enom/way-settings.ts";

const ENOM = "https://reseller.enom.com/interface.asp";
const ENOM_PROXY = "http://proxy.example:3128";

test.for([
  [ENOM, undefined, true],
  [ENOM, "", true],
  [ENOM, "other.com, .example.com", true],
  [ENOM, "notreseller.enom.com", true],
  [ENOM, "reseller.enom.com:8443", true],
  [ENOM, "reseller.enom.com", false],
  [ENOM, "RESELLER.ENOM.COM:443", false],
  [ENOM, "enom.com", false],
  [ENOM, " .enom.com ,x.example", false],
  [ENOM, "*.enom.com", false],
  [ENOM, "*", false],
  ["https://127.0.0.1:8443/interface.asp", undefined, false],
  ["https://localhost/interface.asp", undefined, false],
  ["https://[::1]/interface.asp", undefined, false],
  ["http://127.0.0.1/interface.asp", undefined, false],
] as const)("%s with NO_PROXY=%s goes through the proxy: %s", ([url, NO_PROXY, isProxied]) => {
  expect(proxyTo(url, { ENOM_PROXY, NO_PROXY })?.host).toBe(isProxied ? "proxy.example:3128" : undefined);
});

test("without ENOM_PROXY nothing goes through a proxy", () => {
  expect(proxyTo(ENOM, {})).toBeUndefined();
});

test("a wrong address of the proxy is named, and not shown: it may hold a password", () => {
  for (const text of ["proxy.example:3128", "socks5://u:canary@proxy.example", "http://proxy.example/path", "canary"]) {
    const read = enomWaySettings.ENOM_PROXY.safeParse(text);
    expect(read.error?.message).toContain("http://proxy.example:3128");
    expect(read.error?.message).not.toContain("canary");
  }
});

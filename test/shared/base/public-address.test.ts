// Which addresses may be asked that came from outside: out of a certificate, out of the DNS of somebody's zone.
import { expect, test } from "vitest";
import { isPublicAddress } from "../../../src/shared/base/public-address.ts";

test("an address is public where it is routed in the internet, and nowhere else", () => {
  const outside = [
    ...["93.184.216.34", "8.8.8.8", "198.41.0.4"],
    ...["2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1"],
  ];
  const inside = [
    ...["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "0.0.0.0", "169.254.1.1"],
    ...["100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "203.0.113.9"],
    ...["::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1", "3fff::1", "4000::1"],
    ...["::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:a00:1::", "2001:0:1::1"],
    ...["localhost", "", "8.8", "0x08080808", "134744072"],
  ];

  expect(outside.filter((address) => !isPublicAddress(address))).toEqual([]);
  expect(inside.filter(isPublicAddress)).toEqual([]);
});

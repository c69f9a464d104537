// A DNS server on loopback that knows a few records, for tests: resolver and zone server in one.
import DNS from "dns2";
import { onTestFinished } from "vitest";

/** `example.com NS`, `example.com TXT` … → values. */
export type Zone = Record<string, readonly string[]>;

export interface DnsServer {
  port: number;
  /** What was asked, as `name TYPE`. */
  asked: string[];
}

const TYPES = { A: DNS.Packet.TYPE.A, NS: DNS.Packet.TYPE.NS, TXT: DNS.Packet.TYPE.TXT, CNAME: DNS.Packet.TYPE.CNAME };

export async function dnsServer(zone: Zone): Promise<DnsServer> {
  const asked: string[] = [];
  const server = DNS.createServer({
    udp: true,
    handle: (request, send) => {
      const response = DNS.Packet.createResponseFromRequest(request);
      const [question] = request.questions;
      const name = question?.name.toLowerCase() ?? "";
      const type = Object.entries(TYPES).find(([, number]) => number === question?.type)?.[0] ?? "?";
      asked.push(`${name} ${type}`);
      for (const value of zone[`${name} ${type}`] ?? [])
        response.answers.push({
          name,
          type: question?.type,
          class: DNS.Packet.CLASS.IN,
          ttl: 1,
          ...dataOf(type, value),
        } as never);
      const exists = Object.keys(zone).some((key) => key.startsWith(`${name} `));
      if (!exists) (response.header as { rcode: number }).rcode = 3;
      void send(response);
    },
  });
  const { udp } = await server.listen({ udp: { port: 0, address: "127.0.0.1" } });
  onTestFinished(() => server.close() as never);
  return { port: (udp as { port: number }).port, asked };
}

function dataOf(type: string, value: string): object {
  if (type === "A") return { address: value };
  if (type === "NS") return { ns: value };
  return type === "CNAME" ? { domain: value } : { data: value };
}

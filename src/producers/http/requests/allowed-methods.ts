// Which methods an address takes: 405 with `Allow` for the others (RFC 9110, 15.5.6), and the answer to OPTIONS (9.3.7).
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../problems.ts";

interface Address {
  pattern: RegExp;
  methods: Set<string>;
}

/** Must be called before the routes that it is to know. The function answers what no route answers. */
export function answerOtherMethods(
  app: FastifyInstance,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const addresses = new Map<string, Address>();
  app.addHook("onRoute", ({ url, method }) => {
    const known = addresses.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const each of [method].flat()) known.methods.add(each);
    addresses.set(url, known);
  });
  /** Of a wildcard's address more may be taken than is there: the most exact one counts. */
  const methodsOf = (path: string): string[] => {
    const fitting = [...addresses.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))];
  };
  return (request, reply) => {
    const methods = methodsOf(request.url.replace(/\?.*$/s, ""));
    if (methods.length === 0)
      return sendProblem(request, reply, { name: "not-found", detail: "There is no such address." });
    const allow = [...new Set([...methods, "OPTIONS"])].sort().join(", ");
    if (request.method === "OPTIONS") return reply.code(204).header("allow", allow).send();
    const detail = `This address does not take ${request.method}. It takes ${allow}.`;
    return sendProblem(request, reply, { name: "method-not-allowed", detail, headers: { allow } });
  };
}

/** `/v1/certificates/:reference/pem`, `/queues/*`, `/certificates\:batch` as find-my-way reads them. */
function patternOf(url: string): RegExp {
  const parts = url.split("/").map((part) =>
    part
      .split(/(::|:\w+|\*)/)
      .map((piece, i) => {
        if (i % 2 === 0) return piece.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
        if (piece === "::") return ":";
        return piece === "*" ? ".*" : "[^/]+";
      })
      .join(""),
  );
  return new RegExp(`^${parts.join("/")}$`);
}

// Redirects of libraries, which know nothing of the path that we are reached below.
import type { FastifyInstance } from "fastify";
import { type PublicUrl, withoutBase } from "../../../shared/gateway/public-url.ts";

/** Puts the public address' path in front of each Location of ours that lacks it. */
export function keepRedirectsBelow(app: FastifyInstance, url: PublicUrl | undefined): void {
  if (!url?.base) return;
  app.addHook("onSend", async (_request, reply) => {
    const location = reply.getHeader("location");
    if (typeof location !== "string" || !/^\/(?![/\\])/.test(location)) return;
    if (withoutBase(url, location) === location) reply.header("location", `${url.base}${location}`);
  });
}

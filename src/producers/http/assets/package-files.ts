// Files for browsers that lie in an installed package: the pages of Bull Board and of the API reference ask for them here.
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../needs.ts";
import { sendProblem } from "../problems.ts";

/** What browsers are served; anything else in the folder (source maps, licences, pages) is not. */
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".ico": "image/x-icon",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

interface Asset {
  body: Buffer;
  etag: string;
}

/**
 * Serves `folder` below `prefix` (`/queues/static`). The names are listed once, and only a listed one is looked up, so no
 * spelling of a path leads out of the folder. A browser may keep a file but asks each time whether it still holds (RFC 9110, 13.1.2).
 *
 * @param only the files to serve, where not the whole folder is meant
 */
export function servePackageFiles(app: App, prefix: string, folder: string, only?: readonly string[]): void {
  const names = new Set(only ?? filesBelow(folder));
  const read = new Map<string, Promise<Asset>>();

  app.get<{ Params: { "*": string } }>(`${prefix}/*`, { schema: { hide: true } }, async (request, reply) => {
    const name = request.params["*"];
    const type = TYPES[extname(name)];
    if (!type || !names.has(name)) return missing(request, reply);
    const asset = read.get(name) ?? load(join(folder, name));
    read.set(name, asset);
    asset.catch(() => read.delete(name)); // a file that could not be read is tried again
    const { body, etag } = await asset;
    // Also of a file that still holds: browsers take over the headers that depend on it (RFC 9111, 3.2).
    reply.type(type).headers({ etag, "cache-control": "no-cache" });
    if (request.headers["if-none-match"] === etag) return reply.status(304).send();
    return reply.send(body);
  });
}

async function load(path: string): Promise<Asset> {
  const body = await readFile(path);
  return { body, etag: `"${createHash("sha256").update(body).digest("base64url")}"` };
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) =>
    join(parentPath, name)
      .slice(folder.length + 1)
      .split(sep)
      .join("/"),
  );
}

function missing(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(request, reply, { name: "not-found", detail: "There is no such file." });
}

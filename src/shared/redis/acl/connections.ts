// The passwords of the parts, each in a file of its own that REDIS_URL_FILE can name: made once, never shown.
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refused } from "../../base/errors.ts";
import { type AclPart, aclParts } from "./rights.ts";
import { userOf } from "./users.ts";

export interface PartConnection {
  part: AclPart;
  /** Holds the part's REDIS_URL; mode 600. */
  file: string;
  password: string;
}

/**
 * Keeps a file that is there, so that the same words twice change nothing; delete it for another password.
 *
 * @param folder is made with mode 700
 * @param url    the address of Redis; a login in it is replaced by the part's
 * @throws Refused a file that holds no login of its part, or a folder that cannot be written
 */
export function writeConnections(folder: string, { url, prefix }: { url: string; prefix: string }): PartConnection[] {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return aclParts.map((part) => {
      const file = join(folder, part);
      const user = userOf(part, prefix);
      const password = kept(file, user) ?? randomBytes(32).toString("base64url");
      // The user's name may hold anything that a prefix may; a password of ours needs no encoding.
      writeFileSync(file, `${withLogin(url, user, password)}\n`, { mode: 0o600 });
      chmodSync(file, 0o600); // one that was there keeps its mode otherwise
      return { part, file, password };
    });
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(`${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
}

/** The password that an earlier run made. */
function kept(file: string, user: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
  const name = escaped(encodeURIComponent(user));
  const found = new RegExp(`(?://${name}:|[?&]username=${name}&password=)([\\w-]{43})(?:@|$|&)`).exec(text);
  if (!found?.[1])
    throw new Refused(`${file} is there and holds no login of ${user}. Name another folder, or remove the file`);
  return found[1];
}

function withLogin(url: string, user: string, password: string): string {
  const name = encodeURIComponent(user);
  if (url.startsWith("/")) {
    const [path = "", query = ""] = url.split("?");
    const others = query.split("&").filter((pair) => pair && !/^(username|password)=/.test(pair));
    return `unix:${path}?${[`username=${name}`, `password=${password}`, ...others].join("&")}`;
  }
  return url
    .replace(/[?&](username|password)=[^&]*/g, "")
    .replace(/^([a-z+]+:\/\/)(?:.*@)?/, (_all, scheme: string) => `${scheme}${name}:${password}@`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

// `redis acl`: the users of a fleet, for `users.acl` or ACL SETUSER. It connects to nothing; passwords go into files and are
// never printed.
import { resolve } from "node:path";
import { readSettings } from "../../../shared/base/read-settings.ts";
import type { Result } from "../../../shared/base/result.ts";
import { commonSettings } from "../../../shared/config/settings.ts";
import { type PartConnection, writeConnections } from "../../../shared/redis/acl/connections.ts";
import { aclUsers } from "../../../shared/redis/acl/users.ts";
import { type ProgramContext, withRedisUrl } from "../own-redis.ts";

export interface AclOptions {
  connections?: string;
  prefix?: string;
  setuser?: boolean;
}

/** @throws Error as `readSettings`; Refused a folder that holds other logins, or a prefix that no user can be limited to */
export function printUsers(
  { connections: folder, prefix: given, setuser }: AclOptions,
  context: ProgramContext,
): Result {
  const prefix = prefixOf(given, context);
  const connections = folder === undefined ? [] : connectionsIn(resolve(folder), prefix, context);
  const passwordOf = (part: string): string | undefined => connections.find((each) => each.part === part)?.password;
  const users = aclUsers(prefix, passwordOf);
  const lines = users.map(({ name, rules }) => {
    return setuser ? `ACL SETUSER ${name} reset ${rules.join(" ")}` : `user ${name} ${rules.join(" ")}`;
  });
  return {
    ending: "done",
    text: lines.join("\n"),
    json: {
      prefix,
      users: users.map(({ part, name, rules }) => ({
        ...{ part, name, rules },
        connection: connections.find((each) => each.part === part)?.file ?? null,
      })),
    },
    note: noteOf(connections, folder),
  };
}

function prefixOf(given: string | undefined, context: ProgramContext): string {
  const { CERTFLEET_PREFIX } = commonSettings;
  const env = given === undefined ? envOf(context) : { CERTFLEET_PREFIX: given };
  return readSettings({ CERTFLEET_PREFIX }, env).CERTFLEET_PREFIX;
}

/** The prefix of the fleet that runs here, where there is one. Without a fleet the lines can be made all the same. */
function envOf(context: ProgramContext): NodeJS.ProcessEnv {
  try {
    return withRedisUrl(context);
  } catch {
    return context.env;
  }
}

function connectionsIn(folder: string, prefix: string, context: ProgramContext): PartConnection[] {
  const { REDIS_URL: url } = readSettings({ REDIS_URL: commonSettings.REDIS_URL }, withRedisUrl(context));
  return writeConnections(folder, { url, prefix });
}

function noteOf(connections: readonly PartConnection[], folder: string | undefined): string {
  const how =
    folder === undefined
      ? "No user has a password yet, so none can log in: --connections FOLDER makes them."
      : `The passwords are in ${connections.length} files in ${resolve(folder)}, one a part: name it in REDIS_URL_FILE of that part.`;
  return `${how} Redis 7 or Valkey is needed. When every part uses its own user, close the one without a name: ACL SETUSER default off.`;
}

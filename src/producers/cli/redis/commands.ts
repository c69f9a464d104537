// Registers `certfleet redis`. A verb is loaded when it is called, so that the help is quick.
import { type Command, Option } from "commander";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, resultVerb } from "../verbs.ts";
import type { AclOptions } from "./acl.ts";

export function registerRedisCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const redis = program.command("redis").description("Redis as a wall between the parts of the fleet");

  resultVerb(redis, "acl", {
    does: "print a Redis user for each part of the fleet, with the rights that it needs and no others",
    example: "redis acl --connections /etc/certfleet/redis > users.acl\nredis acl --setuser | redis-cli",
  })
    .option("--connections <folder>", "make a password for each user and keep each part's REDIS_URL in a file there")
    .option("--prefix <prefix>", "the fleet's prefix, if not CERTFLEET_PREFIX")
    .addOption(new Option("--setuser", "print ACL SETUSER commands instead of lines of a users.acl"))
    .action((options: AclOptions & Json) =>
      answer(options, async () => (await import("./acl.ts")).printUsers(options, context)),
    );

  const replicas = redis.command("replicas").description("the replicas of Redis, which every order waits for");

  resultVerb(replicas, "show", {
    does: "say how many replicas follow, and whether Redis has lost them",
    example: "redis replicas show",
  }).action((options: Json) => answer(options, async () => (await import("./replicas.ts")).showReplicas(context)));

  resultVerb(replicas, "forget", {
    does: "say that there are no replicas any more: orders are accepted, and certificates bought, without them",
    example: "redis replicas forget",
  }).action((options: Json) => answer(options, async () => (await import("./replicas.ts")).forget(context)));
}

// Who the audit trail and timelines say was at the command line.
import { userInfo } from "node:os";
import { expect, test } from "vitest";
import { actorOf } from "../../../src/producers/cli/own-redis.ts";

test.each([
  ["who used sudo", { SUDO_USER: "ada", USER: "root" }, "ada"],
  ["who is signed in", { USER: "grace" }, "grace"],
  ["the process' own user, where the environment has none", {}, userInfo().username],
  ["the same, where it has empty ones", { SUDO_USER: "", USER: "" }, userInfo().username],
])("It is %s.", (_who, env, id) => {
  expect(actorOf({ env })).toEqual({ kind: "system", id });
});

// `certfleet backup` and `restore` on the topologies that a fleet may live on: everything is lost behind the backup, put back, and
// compared with eNom. Orders that the backup does not know are sent again. eNom's books are the judge.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { exitCodes } from "../../../src/shared/base/result.ts";
import type { Said } from "../fleet/fleet.ts";
import { PREFIX } from "../fleet/surroundings.ts";
import type { Server } from "../servers/server.ts";
import type { Case, Ground, Play, Scene } from "./case.ts";
import { withTls, withUsers } from "./roads.ts";
import { clusterStage, sentinelStage, tlsIn } from "./stages.ts";

const most = 9;
const KNOWN = 5;
const WAIT_MS = 90_000;

export const restores: readonly Case[] = [
  {
    name: "restore-acl",
    story: "backup and restore by the user of the command line, default off",
    most,
    build: async (ground) => losing(await withUsers(ground)),
  },
  {
    name: "restore-tls",
    story: "backup and restore over TLS with an own CA and a client certificate",
    most,
    build: async (ground) => losing(await withTls(ground)),
  },
  {
    name: "restore-sentinel",
    story: "backup and restore through Sentinels, with logins and TLS",
    most,
    build: throughSentinels,
  },
  { name: "restore-cluster", story: "backup and restore over a Cluster 3+3", most, build: overCluster },
];

async function throughSentinels(ground: Ground): Promise<Scene> {
  const { pair, envOf } = await sentinelStage(ground, { isGuarded: true, tls: tlsIn(ground) });
  return losing({ envOf, server: pair.primary });
}

async function overCluster(ground: Ground): Promise<Scene> {
  const { owner, envOf } = await clusterStage(ground);
  return losing({ envOf, server: owner });
}

/** `server`: where the fleet's keys are. */
function losing({ server, ...scene }: Scene & { server: Server }): Scene {
  return { ...scene, strike: (play) => loseAndRestore(play, server) };
}

async function loseAndRestore(play: Play, { admin }: Server): Promise<void> {
  const { fleet, traffic, enom, env, folder, pause } = play;
  const [file, keyFile] = [join(folder, "backup.age"), join(folder, "key.txt")];
  const identity = await generateX25519Identity();
  writeFileSync(keyFile, `${identity}\n`, { mode: 0o600 });
  await traffic.untilAccepted(KNOWN);
  mustBeDone(await fleet.say("backup", "--out", file, "--recipient", await identityToRecipient(identity)));
  await traffic.untilAccepted(most);
  await traffic.stop();
  const bought = (): number => enom.books.purchases().length;
  for (const end = performance.now() + WAIT_MS; bought() < most; await pause(100))
    if (performance.now() > end) throw new Error(`${bought()} of ${most} orders were bought before the loss`);

  await fleet.stop();
  const all = await admin.keys(`${PREFIX}:*`);
  await admin.unlink(all);
  rmSync(env.CERTFLEET_JOURNAL ?? "", { recursive: true });

  const restored = mustBeDone(await fleet.say("restore", file, "--identity", keyFile, "--json"));
  const { notConfigured } = JSON.parse(restored.stdout) as { notConfigured: unknown };
  if (JSON.stringify(notConfigured) !== "[]")
    play.fault(`restore says that accounts are not configured: ${notConfigured}`);
  await fleet.startAgain();
  for (const order of traffic.accepted()) await traffic.sendAgain(order);
  const isHeld = (await fleet.doctor()).some(
    ({ name, state, detail }) => name === "Fleet" && state === "ill" && /restored from/.test(detail),
  );
  if (!isHeld) play.fault("doctor does not say that the fleet was restored");
  await untilCompared(play);
  if (bought() > most) play.fault(`${bought()} purchases, and ${most} orders, before the comparison`);
}

/** It is too early until what was sent before the loss must be in eNom's list. */
async function untilCompared({ fleet, pause }: Play): Promise<void> {
  for (const end = performance.now() + WAIT_MS; performance.now() < end; await pause(1_000)) {
    const said = await fleet.say("ledger", "thaw", "main", "--reason", "restored", "--json");
    if (said.code === exitCodes.later) continue;
    mustBeDone(said);
    return;
  }
  throw new Error(`not compared after ${WAIT_MS / 1_000} s`);
}

function mustBeDone(said: Said): Said {
  if (said.code === exitCodes.done) return said;
  throw new Error(`exit code ${said.code}: ${said.stdout}${said.stderr}`);
}

// A primary that is gone, frozen or demoted, with Sentinels or without, and an endpoint that leads elsewhere.
import { setTimeout as pause } from "node:timers/promises";
import { startEndpoint } from "../servers/endpoint.ts";
import { rolesNow, startPair, untilDemoted, untilPrimary, untilReplicates } from "../servers/pair.ts";
import { startPartition } from "../servers/partition.ts";
import { MASTER } from "../servers/sentinels.ts";
import { type Server, startServer } from "../servers/server.ts";
import { type Case, everywhere, type Scene } from "./case.ts";
import { type SentinelStage, sentinelStage, tlsIn } from "./stages.ts";

export const failovers: readonly Case[] = [
  {
    name: "sentinel-killed",
    story: "primary SIGKILL; the old one comes back as a replica",
    build: async (ground) => killed(await sentinelStage(ground)),
  },
  {
    name: "sentinel-frozen",
    story: "primary SIGSTOP; thawed after the failover, and demoted",
    build: async (ground) => frozen(await sentinelStage(ground)),
  },
  {
    name: "sentinel-tls-killed",
    story: "the same SIGKILL over TLS, with logins of Redis and of the Sentinels",
    build: async (ground) => killed(await sentinelStage(ground, { isGuarded: true, tls: tlsIn(ground) })),
  },
  {
    name: "sentinel-planned",
    story: "SENTINEL FAILOVER: demoted under open connections",
    async build(ground) {
      const { pair, sentinels, envOf } = await sentinelStage(ground);
      return {
        envOf,
        async strike({ redisIsBack, untilRecovered }) {
          const { replica } = await rolesNow(pair);
          await sentinels[0]?.admin.call("SENTINEL", "FAILOVER", MASTER);
          await untilPrimary(replica);
          redisIsBack();
          await untilRecovered();
        },
      };
    },
  },
  {
    name: "sentinel-parted",
    story:
      "primary cut off from replica and Sentinels, not from the fleet: what it takes is not lost when it is demoted",
    async build(ground) {
      const partition = await startPartition(ground);
      const { pair, sentinels, envOf } = await sentinelStage(ground, { behind: partition });
      return {
        envOf,
        async strike({ pause, redisIsBack, untilRecovered, fault }) {
          await untilAsBuilt(pair, sentinels);
          partition.part();
          if (!(await isPrimary(pair.primary)) || (await isPrimary(pair.replica)))
            fault("Not what this case tries: the Sentinels had elected another primary before the cut");
          await untilPrimary(pair.replica);
          redisIsBack();
          await untilRecovered();
          await pause(2_000);
          // Else the fleet was shown the way by the old one, which takes no writes any more.
          if (!(await isPrimary(pair.primary)))
            fault("Not what this case tries: the cut primary heard of its successor");
          partition.heal();
          await untilDemoted(pair.primary);
          await pause(3_000);
        },
      };
    },
  },
  {
    name: "valkey-sentinel-killed",
    story: "Valkey: primary SIGKILL",
    needs: ["valkey-server"],
    build: async (ground) => killed(await sentinelStage(ground, { kind: "valkey" })),
  },
  {
    name: "demoted",
    story: "REPLICAOF under open connections, READONLY for 5 s, then primary again",
    async build(ground) {
      const { primary, replica } = await startPair(ground);
      return {
        envOf: everywhere({ REDIS_URL: `redis://127.0.0.1:${primary.port}` }),
        async strike({ pause, redisIsBack, untilRecovered }) {
          await replica.admin.replicaof("NO", "ONE");
          await primary.admin.replicaof("127.0.0.1", replica.port);
          await untilDemoted(primary);
          await untilReplicates(primary);
          await pause(5_000);
          await primary.admin.replicaof("NO", "ONE");
          await replica.admin.replicaof("127.0.0.1", primary.port);
          await untilReplicates(replica);
          redisIsBack();
          await untilRecovered();
        },
      };
    },
  },
  {
    name: "endpoint",
    story: "an endpoint leads to the new primary; old connections stay on the old one, read-only",
    async build(ground) {
      const { primary, replica } = await startPair(ground);
      const endpoint = await startEndpoint(ground, primary.port);
      return {
        envOf: everywhere({ REDIS_URL: `redis://127.0.0.1:${endpoint.port}` }),
        async strike({ redisIsBack, untilRecovered }) {
          // As a planned failover does it: no writes while the replica catches up.
          await primary.admin.call("CLIENT", "PAUSE", "2000", "WRITE");
          await untilSame(primary, replica);
          await replica.admin.replicaof("NO", "ONE");
          await primary.admin.replicaof("127.0.0.1", replica.port);
          endpoint.lead(replica.port);
          await untilReplicates(primary);
          redisIsBack();
          await untilRecovered();
        },
      };
    },
  },
  {
    name: "single-frozen",
    story: "one Redis, SIGSTOP for 12 s",
    async build(ground) {
      const server = await startServer(ground, { name: "redis" });
      return {
        envOf: everywhere({ REDIS_URL: `redis://127.0.0.1:${server.port}` }),
        async strike({ pause, redisIsBack, untilRecovered }) {
          server.freeze();
          await pause(12_000);
          server.thaw();
          redisIsBack();
          await untilRecovered();
        },
      };
    },
  },
  {
    name: "single-killed",
    story: "one Redis, SIGKILL, away for 4 s, back with its file",
    async build(ground) {
      const server = await startServer(ground, { name: "redis" });
      return {
        envOf: everywhere({ REDIS_URL: `redis://127.0.0.1:${server.port}` }),
        async strike({ pause, redisIsBack, untilRecovered }) {
          await server.kill();
          await pause(4_000);
          await server.startAgain();
          redisIsBack();
          await untilRecovered();
        },
      };
    },
  },
];

function killed({ pair, envOf }: SentinelStage): Scene {
  return {
    envOf,
    async strike({ pause, redisIsBack, untilRecovered }) {
      const { primary, replica } = await rolesNow(pair);
      await primary.kill();
      await untilPrimary(replica);
      redisIsBack();
      await untilRecovered();
      await primary.startAgain();
      await untilDemoted(primary);
      await untilReplicates(primary);
      await pause(2_000);
    },
  };
}

function frozen({ pair, envOf }: SentinelStage): Scene {
  return {
    envOf,
    async strike({ pause, redisIsBack, untilRecovered }) {
      const { primary, replica } = await rolesNow(pair);
      primary.freeze();
      await untilPrimary(replica);
      redisIsBack();
      await untilRecovered();
      primary.thaw();
      await untilDemoted(primary);
      await untilReplicates(primary);
      await pause(3_000);
    },
  };
}

/** On a busy machine the Sentinels may have elected another primary before anything was done: here the story needs the first. */
async function untilAsBuilt(pair: SentinelStage["pair"], sentinels: readonly Server[]): Promise<void> {
  const { primary } = await rolesNow(pair);
  if (primary === pair.primary) return;
  await untilReplicates(pair.primary);
  await pause(2_000); // the fleet sees it
  await sentinels[0]?.admin.call("SENTINEL", "FAILOVER", MASTER);
  await untilPrimary(pair.primary);
  await untilReplicates(pair.replica);
}

async function isPrimary({ admin }: Server): Promise<boolean> {
  return /role:master/.test(await admin.info("replication"));
}

/** The replica has all that its primary has written. */
async function untilSame(primary: Server, replica: Server): Promise<void> {
  const offset = async ({ admin }: Server, name: string): Promise<string | undefined> =>
    new RegExp(`${name}:(\\d+)`).exec(await admin.info("replication"))?.[1];
  for (let tries = 0; tries < 100; tries++)
    if ((await offset(primary, "master_repl_offset")) === (await offset(replica, "slave_repl_offset"))) return;
}

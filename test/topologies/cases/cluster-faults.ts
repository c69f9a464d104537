// What happens to a Cluster under load: the server with the fleet's keys dies, freezes, or hands over; another one is not durable.
import { rolesNow, untilDemoted, untilPrimary, untilReplicates } from "../servers/pair.ts";
import type { Case, Scene } from "./case.ts";
import { type ClusterStage, clusterStage, tlsIn } from "./stages.ts";

export const clusterFaults: readonly Case[] = [
  {
    name: "cluster-killed",
    story: "owner of the fleet's slot SIGKILL; it comes back as a replica",
    build: async (ground) => killed(await clusterStage(ground)),
  },
  {
    name: "cluster-tls-killed",
    story: "the same over TLS",
    build: async (ground) => killed(await clusterStage(ground, tlsIn(ground))),
  },
  {
    name: "cluster-frozen",
    story: "owner SIGSTOP; thawed after the failover, and demoted",
    async build(ground) {
      const stage = await clusterStage(ground);
      return {
        envOf: stage.envOf,
        async strike({ pause, redisIsBack, untilRecovered }) {
          const { owner, replica } = await rolesOf(stage);
          owner.freeze();
          await untilPrimary(replica);
          redisIsBack();
          await untilRecovered();
          owner.thaw();
          await untilDemoted(owner);
          await pause(2_000);
        },
      };
    },
  },
  {
    name: "cluster-planned",
    story: "CLUSTER FAILOVER: the slot moves under open connections",
    async build(ground) {
      const stage = await clusterStage(ground);
      return {
        envOf: stage.envOf,
        async strike({ redisIsBack, untilRecovered }) {
          const { replica } = await rolesOf(stage);
          await replica.admin.call("CLUSTER", "FAILOVER");
          await untilPrimary(replica);
          redisIsBack();
          await untilRecovered();
        },
      };
    },
  },
  {
    name: "cluster-weak",
    most: 300, // some come in after it, also where doctor takes its time
    story: "another primary with appendonly no: nothing is bought, doctor says so each time; then yes again",
    async build(ground) {
      const { other, envOf } = await clusterStage(ground);
      return {
        envOf,
        async strike({ fleet, pause, fault, nothingSince, redisIsBack, untilRecovered }) {
          await other.admin.config("SET", "appendonly", "no");
          await pause(1_000);
          const since = performance.now();
          for (let i = 1; i <= 2; i++) {
            const found = (await fleet.doctor()).filter(({ name }) => name === "Redis durability");
            if (!found.some(({ state }) => state === "warn")) fault(`doctor, time ${i}: ${JSON.stringify(found)}`);
          }
          nothingSince("bought", since, "while one primary of the Cluster keeps nothing");
          await other.admin.config("SET", "appendonly", "yes");
          redisIsBack();
          await untilRecovered();
        },
      };
    },
  },
];

function killed(stage: ClusterStage): Scene {
  return {
    envOf: stage.envOf,
    async strike({ pause, redisIsBack, untilRecovered }) {
      const { owner, replica } = await rolesOf(stage);
      await owner.kill();
      await untilPrimary(replica);
      redisIsBack();
      await untilRecovered();
      await owner.startAgain();
      await untilDemoted(owner);
      await untilReplicates(owner);
      await pause(2_000);
    },
  };
}

/** On a busy machine the replica may have taken over before anything was done. */
async function rolesOf({ owner, replica }: ClusterStage): Promise<Pick<ClusterStage, "owner" | "replica">> {
  const now = await rolesNow({ primary: owner, replica });
  return { owner: now.primary, replica: now.replica };
}

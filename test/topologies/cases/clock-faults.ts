// Clocks that jump while orders come in: Redis' own, and the one of the workers. Work goes on, and doctor names the clock.
import { stepClock, stepServerClock } from "../servers/clock.ts";
import { startServer } from "../servers/server.ts";
import { type Case, everywhere, type Play } from "./case.ts";

const STEP_S = 900;

export const clockFaults: readonly Case[] = [
  ...["forward", "back"].flatMap((way): Case[] => {
    const seconds = way === "forward" ? STEP_S : -STEP_S;
    return [
      {
        name: `clock-redis-${way}`,
        story: `Redis' clock jumps ${seconds / 60} min, and returns after 8 s`,
        needs: ["faketime-redis"],
        async build(ground) {
          const clock = stepServerClock(await made(ground.folder), "redis");
          const { port } = await startServer(ground, { name: "redis", env: clock.env });
          return {
            envOf: everywhere({ REDIS_URL: `redis://127.0.0.1:${port}` }),
            strike: (play) => stepAndReturn(play, clock.step, seconds),
          };
        },
      },
      {
        name: `clock-worker-${way}`,
        story: `the workers' clock jumps ${seconds / 60} min, and returns after 8 s`,
        needs: ["faketime"],
        async build(ground) {
          const clock = stepClock(await made(ground.folder), "worker");
          const { port } = await startServer(ground, { name: "redis" });
          return {
            envOf: everywhere({ REDIS_URL: `redis://127.0.0.1:${port}` }),
            workerEnv: clock.env,
            strike: (play) => stepAndReturn(play, clock.step, seconds),
          };
        },
      },
    ];
  }),
];

async function made(folder: string): Promise<string> {
  const { mkdir } = await import("node:fs/promises");
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Work goes on at once on the strange clock, and again when it is right. */
async function stepAndReturn(
  { pause, fleet, fault, redisIsBack, untilRecovered }: Play,
  step: (seconds: number) => void,
  seconds: number,
): Promise<void> {
  step(seconds);
  redisIsBack();
  await untilRecovered();
  await pause(8_000);
  const named = (await fleet.doctor()).filter(({ name, state }) => /clock/i.test(name) && state !== "ok");
  if (named.length === 0) fault("doctor does not name the clock that is wrong");
  step(0);
  redisIsBack();
  await untilRecovered();
}

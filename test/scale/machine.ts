// The machine that figures were taken on, and what its processes used meanwhile: without that a figure says nothing.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

/** Clock ticks a second in /proc (Linux, `getconf CLK_TCK`). */
const TICKS = 100;

export function machineRows(redisVersion: string, bullmq: string): string[][] {
  const all = cpus();
  return [
    ["date", new Date().toISOString().slice(0, 10)],
    ["cores", `${all.length} × ${all[0]?.model.trim() ?? "unknown"}`],
    ["memory", `${(totalmem() / 1024 ** 3).toFixed(0)} GiB`],
    ["system", execFileSync("uname", ["-sr"]).toString().trim()],
    ["versions", `Node ${process.versions.node}, ${redisVersion}, BullMQ ${bullmq}`],
    ["load before", loadavg()[0]?.toFixed(1) ?? ""],
  ];
}

/** Seconds of processor time that these processes have used so far. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + secondsOf(pid), 0);
}

function secondsOf(pid: number): number {
  const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(/\) (.*)/s);
  const fields = rest.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/**
 * How busy the whole machine was between two looks, and what these processes and this one (the pretended eNom, the callers)
 * used of it: the rest is Redis and whoever else works here. 1 is all cores.
 */
export function watchMachine(pids: readonly number[]): () => { busy: string; ours: string; cpuSeconds: number } {
  const before = { ...readStat(), ours: cpuSeconds(pids), self: process.cpuUsage() };
  return () => {
    const after = readStat();
    const total = after.total - before.total;
    const { user, system } = process.cpuUsage(before.self);
    const used = cpuSeconds(pids) - before.ours;
    const ours = used + (user + system) / 1e6;
    return {
      busy: percent(1 - (after.idle - before.idle) / total),
      ours: percent((ours * TICKS) / total),
      cpuSeconds: used,
    };
  };
}

function readStat(): { total: number; idle: number } {
  const ticks = (readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "").split(/\s+/).slice(1).map(Number);
  return { total: ticks.reduce((sum, each) => sum + each, 0), idle: (ticks[3] ?? 0) + (ticks[4] ?? 0) };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

export function quantile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0;
}

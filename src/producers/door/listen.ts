// Opens the gateway's door: a port, or a Unix socket with the rights that were set, which no second gateway takes away.
import { chmodSync, lstatSync, mkdtempSync, renameSync, rmSync, statSync, unlinkSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { dirname, join } from "node:path";
import { badSettings } from "../../shared/base/read-settings.ts";
import { gatewayUrlOf, listeningAt } from "../../shared/gateway/address.ts";
import type { App } from "../http/needs.ts";

export interface DoorPlace {
  HOST: string;
  PORT: number;
  CERTFLEET_SOCKET_MODE: string;
}

/** sockaddr_un of Linux holds 108 bytes; other systems less. */
const LONGEST_PATH = 100;

/**
 * Listens, and answers with the address and with what is left to do at the stop.
 * @throws Error of settings when nobody can listen there
 */
export async function openDoor(app: App, place: DoorPlace): Promise<{ url: string; remove: () => void }> {
  const where = listeningAt(place.HOST);
  if (where.kind === "unix") {
    const remove = await listenOnSocket(app, where.path, Number.parseInt(place.CERTFLEET_SOCKET_MODE, 8));
    return { url: place.HOST, remove };
  }
  await listenOnPort(app, place);
  const { port } = app.server.address() as AddressInfo;
  return { url: gatewayUrlOf(place.HOST, port), remove: () => undefined };
}

async function listenOnPort(app: App, { HOST: host, PORT: port }: DoorPlace): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw badSettings([
        `PORT ${port} of ${host} is in use (${code}): stop the program that uses it, or set another PORT`,
      ]);
    if (code) throw badSettings([`HOST and PORT: the gateway cannot listen at ${host}:${port} (${code})`]);
    throw error;
  }
}

/**
 * The socket gets its rights in a folder that nobody else may enter, and is then put in its place at one stroke: at no time
 * can it be opened by more than was set, and what a dead gateway left behind is replaced.
 */
async function listenOnSocket(app: App, path: string, mode: number): Promise<() => void> {
  if (path.length > LONGEST_PATH)
    throw badSettings([`HOST: the path of the socket is longer than ${LONGEST_PATH} characters`]);
  await checkPlace(path);
  const folder = reserve(path);
  try {
    const born = join(folder, "s");
    await app.listen({ path: born, listenTextResolver: () => `Server listening at ${path}` });
    chmodSync(born, mode);
    renameSync(born, path);
  } catch (error) {
    throw cannotListen(path, error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { ino } = statSync(path);
  return () => {
    if (inodeOf(path) === ino) unlinkSync(path); // another gateway may have put its own there
  };
}

/** @throws Error of settings when somebody answers there, or when something else than a socket lies there */
async function checkPlace(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw badSettings([`HOST: ${path} exists and is no socket: remove it, or name another path`]);
  if (await answers(path))
    throw badSettings([`HOST: another program listens at ${path}: stop it, or name another path`]);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (isAlive: boolean): void => {
      socket.destroy();
      resolve(isAlive);
    };
    // Refused: its process is dead. Anything else (no right to it, no room in its queue) means that somebody lives there.
    socket.once("connect", () => end(true));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => end(code !== "ECONNREFUSED" && code !== "ENOENT"));
  });
}

function reserve(path: string): string {
  try {
    return mkdtempSync(join(dirname(path), ".s"));
  } catch (error) {
    throw cannotListen(path, error);
  }
}

function cannotListen(path: string, error: unknown): Error {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return badSettings([`HOST: there is no folder ${dirname(path)}: create it`]);
  return badSettings([
    `HOST: the gateway cannot listen at ${path} (${code}): its user must be able to write into the folder`,
  ]);
}

function inodeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

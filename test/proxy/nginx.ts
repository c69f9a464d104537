// The real nginx in front of a gateway, for stories about proxies.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { freePort } from "../../src/sandbox/free-port.ts";

/** nginx's program, undefined where there is none. Debian puts it beside what only root has on its PATH. */
export function findNginx(): string | undefined {
  for (const name of ["nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"]) {
    try {
      execFileSync(name, ["-v"], { stdio: "ignore" });
      return name;
    } catch {
      // the next place
    }
  }
  return undefined;
}

/** Starts it with these `server { … }` blocks; `PORT` in them is a free one. It ends with the test. */
export async function startNginx(program: string, servers: (port: number) => string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-nginx-"));
  const port = await freePort(0);
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http { access_log off; ${places.join(" ")}
${servers(port)}
}`,
  );
  const child = spawn(program, ["-p", folder, "-e", `${folder}/error.log`, "-c", join(folder, "nginx.conf")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (bytes: Buffer) => (complaints += bytes.toString()));
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  });
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${complaints}`);
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect").finally(() => socket.destroy());
    },
    { timeout: 10_000, interval: 20 },
  );
  return port;
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  /** The certificate that a server with TLS is known by. */
  ca?: string;
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** As a client outside asks: nothing is followed, kept or added. */
export function ask(port: number, path: string, { method = "GET", headers = {}, ca }: Asked = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path, method, headers, agent: false };
    const servername = headers.host?.split(":")[0];
    const asked = ca ? requestHttps({ ...options, ca, ...(servername && { servername }) }) : requestHttp(options);
    asked.on("error", reject).on("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asked.end();
  });
}

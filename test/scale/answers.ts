// How long a gateway takes to answer.
import { API_KEY } from "./arena.ts";
import { quantile } from "./machine.ts";

export interface Answers {
  p50: number;
  p95: number;
}

const TRIES = 40;

/** One question after the other. @throws Error an answer is none of 200 and 202 */
export async function timeAnswers(
  url: string,
  path: (i: number) => string,
  body?: (i: number) => object,
): Promise<Answers> {
  const ms: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const began = performance.now();
    const { status } = await send(url, path(i), body?.(i));
    if (status !== 200 && status !== 202) throw new Error(`${path(i)} was answered with ${status}`);
    ms.push(performance.now() - began);
  }
  return { p50: quantile(ms, 0.5), p95: quantile(ms, 0.95) };
}

export async function send(url: string, path: string, body?: object): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${url}${path}`, {
    ...(body && { method: "POST", body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${API_KEY}`, ...(body && { "content-type": "application/json" }) },
  });
  return { status: answer.status, text: await answer.text() };
}

export function answerWords({ p50, p95 }: Answers): string {
  return `${p50.toFixed(0)} / ${p95.toFixed(0)} ms`;
}

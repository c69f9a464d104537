// One pretended CA for all stories of a process that do without one of their own: its keys and certificates cost more than all
// else of a pretended eNom.
import { openTestCa, type TestCa } from "../../src/sandbox/ca/ca.ts";

let made: Promise<TestCa> | undefined;

export function testCa(): Promise<TestCa> {
  made ??= openTestCa();
  return made;
}

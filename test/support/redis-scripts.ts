// How tests that stop a process at one of its scripts know a script among the commands of a connection.

/** Scripts are commands that `runScript` defined on the connection. */
export function isScriptName(name: string | symbol): name is string {
  return typeof name === "string" && name.startsWith("certfleet:");
}

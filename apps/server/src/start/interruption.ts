/**
 * From here on a signal asks a command to end after the step that is under way. A Ctrl-C reaches npm and this process, and
 * npm passes it on as well, so a repeated signal is no impatience and changes nothing.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => controller.abort());
  return controller.signal;
}

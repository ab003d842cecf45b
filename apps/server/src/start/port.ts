import { createServer } from "node:net";

import { StartRefused } from "../infra/start-refused.ts";

/**
 * Resolves to the port when it can be listened on, or to a free one for 0. Asked before the database starts, so that
 * the common mistake is told at once.
 */
export async function checkPort(host: string, port: number): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once("error", (error) => reject(explainListen(error, host, port)));
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      const found = typeof address === "object" && address !== null ? address.port : port;
      probe.close(() => resolve(found));
    });
  });
}

export function explainListen(error: Error, host: string, port: number): Error {
  const code = "code" in error ? String(error.code) : "";
  const text = {
    EADDRINUSE: `The port ${port} is taken by another program (perhaps another Tallystick). Stop that one, or choose another port: PORT=${port === 65_535 ? 8081 : port + 1} npm start`,
    EACCES: `There is no permission to listen on port ${port}; ports below 1024 belong to root. Choose another: PORT=8080 npm start`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to 127.0.0.1 (this machine only) or 0.0.0.0 (all).`,
    ENOTFOUND: `The host name ${host} is not known. Set HOST to 127.0.0.1 (this machine only) or 0.0.0.0 (all).`,
  }[code];
  return text === undefined ? error : new StartRefused(text, { cause: error });
}

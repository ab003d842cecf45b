import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createMailer } from "./mail.ts";
import { findInOutbox, listOutbox, putInOutbox } from "./outbox.ts";

const MAIL = {
  kind: "invitation",
  to: "ben@lender.example",
  subject: "Invitation to Lender",
  text: "Join\n\nhttp://127.0.0.1/beacon/invitation#token\n",
  html: "<p>Join</p>",
};

let dataDir: string;
let lines: string[];
const log = pino({ level: "info" }, { write: (line) => void lines.push(line) });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "mail-"));
  lines = [];
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

function mailer(smtpUrl: string | null) {
  return createMailer({ smtpUrl, mailFrom: "Tallystick <ts@lender.example>", dataDir }, log);
}

describe("without a mail server", () => {
  test("a mail is a file that only the server's own user can read, and reads back as it was", async () => {
    expect(await mailer(null).send(MAIL)).toBe("outbox");
    const folder = join(dataDir, "outbox");
    const [name = ""] = await readdir(folder);
    expect([(await stat(folder)).mode & 0o777, (await stat(join(folder, name))).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(await listOutbox(dataDir)).toMatchObject([MAIL]);
    expect(await findInOutbox(dataDir, "last")).toMatchObject(MAIL);
  });

  test("mails older than seven days go when the next one comes", async () => {
    await putInOutbox(dataDir, MAIL, new Date("2026-11-01T00:00:00Z"));
    await putInOutbox(dataDir, MAIL, new Date("2026-11-07T23:59:59Z"));
    expect(await listOutbox(dataDir)).toHaveLength(2);
    await putInOutbox(dataDir, MAIL, new Date("2026-11-08T00:00:01Z"));
    expect((await listOutbox(dataDir)).map(({ keptAt }) => keptAt.slice(0, 10))).toEqual(["2026-11-07", "2026-11-08"]);
  });

  test("a folder that is not there is an empty outbox, and no name leads out of it", async () => {
    expect(await listOutbox(dataDir)).toEqual([]);
    await putInOutbox(dataDir, MAIL);
    expect(await findInOutbox(dataDir, "../../etc/passwd")).toBeNull();
  });

  test("an outbox that can not be written fails in words in the log, without address or text", async () => {
    const blocked = createMailer({ smtpUrl: null, mailFrom: "", dataDir: join(dataDir, "file", "below") }, log);
    await writeFile(join(dataDir, "file"), "");
    expect(await blocked.send(MAIL)).toBe("failed");
    expect(lines.join("")).toContain("ENOTDIR");
    expect(lines.join("")).not.toMatch(/ben@lender|token/);
  });
});

describe("with a mail server", () => {
  test("a mail arrives with sender, receiver, both forms of the text, and asks for no automatic answer", async () => {
    const server = await receiver(() => "250 ok");
    try {
      expect(await mailer(server.url).send(MAIL)).toBe("sent");
      const seen = server.lines.join("\n");
      expect(seen).toContain("MAIL FROM:<ts@lender.example>");
      expect(seen).toContain("RCPT TO:<ben@lender.example>");
      expect(seen).toMatch(/^Auto-Submitted: auto-generated$/m);
      expect(seen).toMatch(/text\/plain[\s\S]*text\/html/);
    } finally {
      await server.close();
    }
  });

  test("a refusal is told as failed; neither the address nor the server's words get into the log", async () => {
    const server = await receiver((line) =>
      line.startsWith("RCPT") ? "550 5.1.1 ben@lender.example unknown" : "250 ok",
    );
    try {
      expect(await mailer(server.url).send(MAIL)).toBe("failed");
      expect(lines.join("")).toContain('"answer":550');
      expect(lines.join("")).not.toContain("ben@lender.example");
    } finally {
      await server.close();
    }
  });

  test("nobody there is told as failed", async () => {
    expect(await mailer("smtp://127.0.0.1:1").send(MAIL)).toBe("failed");
    expect(lines.join("")).toContain("ECONNREFUSED");
  });

  test("another host gets no mail in plain text: without STARTTLS nothing is sent", async () => {
    const server = await receiver(() => "250 ok");
    try {
      // An address of this machine that is not spelled as loopback.
      expect(await mailer(server.url.replace("127.0.0.1", "[::ffff:127.0.0.1]")).send(MAIL)).toBe("failed");
      expect(server.lines.join("\n")).not.toContain("MAIL FROM");
      expect(await mailer(`${server.url.replace("127.0.0.1", "[::ffff:127.0.0.1]")}?tls=off`).send(MAIL)).toBe("sent");
    } finally {
      await server.close();
    }
  });
});

describe("what is posted", () => {
  test("goes out after the caller went on, and closing waits for it", async () => {
    const mail = mailer(null);
    let release = (): void => undefined;
    const prepared = new Promise<void>((resolve) => {
      release = resolve;
    });
    mail.post(async () => {
      await prepared;
      return MAIL;
    });
    mail.post(async () => null);
    mail.post(async () => {
      throw new Error("not prepared");
    });
    expect(await listOutbox(dataDir)).toEqual([]);
    release();
    await mail.close();
    expect(await listOutbox(dataDir)).toHaveLength(1);
    expect(lines.join("")).toContain("could not be prepared");
  });

  test("in a flood is dropped and said so, not piled up", async () => {
    const mail = mailer(null);
    for (let i = 0; i < 120; i++) mail.post(async () => null);
    await mail.settle();
    expect(lines.filter((line) => line.includes("dropped"))).toHaveLength(20);
  });
});

/** Speaks just enough SMTP to take a mail; `answer` decides over each command. */
async function receiver(answer: (line: string) => string) {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let inData = false;
    let rest = "";
    socket.write("220 here\r\n");
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const parts = (rest + chunk.toString()).split("\r\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        seen.push(line);
        if (inData) {
          if (line !== ".") continue;
          inData = false;
          socket.write("250 ok\r\n");
        } else if (line === "DATA") {
          inData = true;
          socket.write("354 go on\r\n");
        } else socket.write(`${line.startsWith("QUIT") ? "221 bye" : answer(line)}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "::", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    lines: seen,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { DEFAULT_OVERLAP_HOURS, MAX_OVERLAP_HOURS } from "@tallystick/contract";

import { cliActor } from "../../features/audit/service.ts";
import {
  listApiKeys,
  revealApiKey,
  revokeApiKey,
  rotateApiKey,
  rotateTokenKey,
  type Overlap,
} from "../../features/deployments/service.ts";
import {
  listWebhookSecrets,
  revealWebhookSecret,
  revokeWebhookSecret,
  rotateWebhookSecret,
} from "../../features/endpoints/service.ts";
import type { Deps } from "../../infra/deps.ts";
import { UsageError, type Command, type CommandAnswer, type CommandArgs, type CommandOption } from "../command.ts";
import { COMPANY_OPTION } from "./deployment.ts";
import { ENV_OPTION, kindTitle, namedEnvironment, type NamedEnvironment } from "./environment-option.ts";
import { readNumber } from "./read-options.ts";
import { table } from "./table.ts";

const ID = "dep_01k9zq0000000000000000000a";
const KEY = "key_01k9zq0000000000000000000a";

const WHICH: CommandOption = {
  type: "string",
  value: "ID",
  description: "key_… or sec_…, as key list prints it",
};

export const keyList: Command = {
  name: "key list",
  summary: "List API keys and webhook secrets of one environment by their hints; newest first",
  positionals: ["DEPLOYMENT"],
  options: { env: ENV_OPTION, company: COMPANY_OPTION },
  example: `npx tallystick key list ${ID} --env production`,
  run: async (deps, args) => {
    const place = await namedEnvironment(deps, args);
    const [keys, secrets] = await Promise.all([listApiKeys(deps, place), listWebhookSecrets(deps, place)]);
    const rows = [
      ...keys.map((key) => [key.keyId, key.hint, key.status, iso(key.createdAt), iso(key.lastUsedAt), endOf(key)]),
      ...secrets.map((secret) => [
        secret.secretId,
        secret.hint,
        secret.status,
        iso(secret.createdAt),
        "",
        iso(secret.retiresAt),
      ]),
    ];
    return {
      json: {
        deployment_id: place.deploymentId,
        environment: place.kind,
        api_keys: keys.map((key) => ({
          key_id: key.keyId,
          hint: key.hint,
          status: key.status,
          created_at: key.createdAt.toISOString(),
          last_used_at: key.lastUsedAt?.toISOString() ?? null,
          retires_at: key.retiresAt?.toISOString() ?? null,
          revoked_at: key.revokedAt?.toISOString() ?? null,
        })),
        webhook_secrets: secrets.map((secret) => ({
          secret_id: secret.secretId,
          hint: secret.hint,
          status: secret.status,
          created_at: secret.createdAt.toISOString(),
          retires_at: secret.retiresAt?.toISOString() ?? null,
        })),
      },
      text: table(["ID", "HINT", "STATUS", "CREATED", "LAST USED", "ENDS"], rows, "No keys."),
    };
  },
};

export const keyShow: Command = {
  name: "key show",
  summary: "Print a whole API key or webhook secret; the reading is kept in the audit log",
  positionals: ["DEPLOYMENT"],
  options: { env: ENV_OPTION, key: { ...WHICH, required: true }, company: COMPANY_OPTION },
  example: `npx tallystick key show ${ID} --env test --key ${KEY}`,
  run: async (deps, args, io) => {
    const place = await namedEnvironment(deps, args);
    const actor = cliActor(io.osUser);
    const id = args.text("key") ?? "";
    if (isSecret(id)) {
      const secret = await revealWebhookSecret(deps, place, { secretId: id, actor });
      return { json: { secret_id: id, webhook_secret: secret }, text: `${secret}\n` };
    }
    const apiKey = await revealApiKey(deps, place, { keyId: id, actor });
    return { json: { key_id: id, api_key: apiKey }, text: `${apiKey}\n` };
  },
};

export const keyRotate: Command = {
  name: "key rotate",
  summary: "Make a new key; the old one stays valid beside it for a while",
  positionals: ["DEPLOYMENT"],
  options: {
    env: ENV_OPTION,
    kind: { type: "string", value: "api|webhook|token", description: "API key (api), webhook secret, or key of links" },
    "overlap-hours": {
      type: "string",
      value: "HOURS",
      description: `how long both are valid, 1 to ${MAX_OVERLAP_HOURS} (${DEFAULT_OVERLAP_HOURS})`,
    },
    compromised: { type: "boolean", description: "no overlap: every older one ends at once" },
    company: COMPANY_OPTION,
  },
  example: `npx tallystick key rotate ${ID} --env production --overlap-hours 48`,
  run: async (deps, args, io) => {
    const kind = args.text("kind") ?? "api";
    const overlap = readOverlap(args, kind);
    const place = await namedEnvironment(deps, args);
    const wish = { overlap, actor: cliActor(io.osUser) };
    switch (kind) {
      case "api":
        return rotateApi(deps, place, wish);
      case "webhook":
        return rotateWebhook(deps, place, wish);
      case "token":
        return rotateToken(deps, place, wish);
      default:
        throw new UsageError(`--kind takes api, webhook or token, not "${kind}"`);
    }
  },
};

export const keyRevoke: Command = {
  name: "key revoke",
  summary: "End one of two API keys or webhook secrets now; every process refuses it within a second",
  positionals: ["DEPLOYMENT"],
  options: { env: ENV_OPTION, key: { ...WHICH, required: true }, company: COMPANY_OPTION },
  example: `npx tallystick key revoke ${ID} --env test --key ${KEY}`,
  run: async (deps, args, io) => {
    const place = await namedEnvironment(deps, args);
    const actor = cliActor(io.osUser);
    const id = args.text("key") ?? "";
    if (isSecret(id)) {
      const secret = await revokeWebhookSecret(deps, place, { secretId: id, actor });
      return { json: { secret_id: id, status: secret.status }, text: `${secret.hint} signs nothing any more.\n` };
    }
    const key = await revokeApiKey(deps, place, { keyId: id, actor });
    return { json: { key_id: id, status: key.status }, text: `${key.hint} is revoked.\n` };
  },
};

type Rotation = Parameters<typeof rotateApiKey>[2];

async function rotateApi(deps: Deps, place: NamedEnvironment, wish: Rotation): Promise<CommandAnswer> {
  const { keyId, apiKey, ending } = await rotateApiKey(deps, place, wish);
  const ends = ending.map((old) => `The old key ${old.keyId} is refused from ${old.endsAt.toISOString()} on.\n`);
  return {
    json: {
      environment: place.kind,
      key_id: keyId,
      api_key: apiKey,
      ending: ending.map((old) => ({ key_id: old.keyId, ends_at: old.endsAt.toISOString() })),
    },
    text: `New API key of ${kindTitle(place.kind)} (${keyId}):\n${apiKey}\n${ends.join("")}`,
  };
}

async function rotateWebhook(deps: Deps, place: NamedEnvironment, wish: Rotation): Promise<CommandAnswer> {
  const { secretId, secret, ending } = await rotateWebhookSecret(deps, place, wish);
  const ends = ending.map((old) => `The old one ${old.secretId} signs until ${old.endsAt.toISOString()}.\n`);
  return {
    json: {
      environment: place.kind,
      secret_id: secretId,
      webhook_secret: secret,
      ending: ending.map((old) => ({ secret_id: old.secretId, ends_at: old.endsAt.toISOString() })),
    },
    text: `New webhook secret of ${kindTitle(place.kind)} (${secretId}):\n${secret}\n${ends.join("")}`,
  };
}

async function rotateToken(deps: Deps, place: NamedEnvironment, wish: Rotation): Promise<CommandAnswer> {
  const compromised = wish.overlap === "compromised";
  const { kid, ended } = await rotateTokenKey(deps, place, { compromised, actor: wish.actor });
  const old = compromised ? "Older links end; short links stay valid." : "Links in the field stay valid.";
  return {
    json: { environment: place.kind, kid, ended },
    text: `New links of ${kindTitle(place.kind)} are signed by ${kid}. ${old}\n`,
  };
}

function readOverlap(args: CommandArgs, kind: string): Overlap {
  const hours = readNumber(args, "overlap-hours", { least: 1, most: MAX_OVERLAP_HOURS });
  if (hours !== undefined && kind === "token") {
    throw new UsageError("--overlap-hours is not for links: older keys verify them until one is compromised");
  }
  if (!args.flag("compromised")) return { hours: hours ?? DEFAULT_OVERLAP_HOURS };
  if (hours === undefined) return "compromised";
  throw new UsageError("Give either --overlap-hours or --compromised: what leaked has no overlap");
}

function isSecret(id: string): boolean {
  return id.startsWith("sec_");
}

function endOf(key: { readonly revokedAt: Date | null; readonly retiresAt: Date | null }): string {
  return iso(key.revokedAt ?? key.retiresAt);
}

function iso(at: Date | null): string {
  return at === null ? "" : at.toISOString();
}

import { actorNameSchema } from "./actor-name.ts";
import type { ErrorCode } from "./errors.ts";
import { ENVIRONMENT_PARAMETERS, ENVIRONMENT_PATH } from "./environment-path.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import {
  ANSWERS,
  BATCH_ID,
  CREATE_LINKS_ERRORS,
  LINK_LIST_QUERY,
  LINK_REQUESTS,
  LINK_TEXTS,
  SESSION_ID,
} from "./links-parts.ts";
import { EXPORT_QUERY, linkBatchDetailSchema, linkBatchSchema, QR_QUERY, SHEET_QUERY } from "./links-shapes.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { PAGE_QUERY, pageOf } from "./paging.ts";

/** For people. A link lets whoever has it play, so links themselves are for admins. */
const byAdmin = { tag: "beacon", auth: "person", role: "admin" } as const;
const byViewer = { tag: "beacon", auth: "person", role: "viewer" } as const;
const BATCHES = `${ENVIRONMENT_PATH}/link-batches` as const;
const LINKS = `${ENVIRONMENT_PATH}/links` as const;
const reading = (...codes: readonly ErrorCode[]): readonly ErrorCode[] => [...MEMBER_READ_ERRORS, ...codes];
const writing = (...codes: readonly ErrorCode[]): readonly ErrorCode[] => [...MEMBER_WRITE_ERRORS, ...codes];

/** A lender's server is told no names of people. */
const creator = { created_by_name: actorNameSchema.describe("Name of whoever made it; for admins, null for viewers") };
const NAMED_BATCHES = {
  ...ANSWERS.batches,
  schema: pageOf(linkBatchSchema.extend(creator)),
  example: { items: ANSWERS.batches.example.items.map((batch) => ({ ...batch, created_by_name: null })), next: null },
} as const;
const NAMED_BATCH = {
  ...ANSWERS.batch,
  schema: linkBatchDetailSchema.extend(creator),
  example: { ...ANSWERS.batch.example, created_by_name: null },
} as const;

const IDEMPOTENCY_KEY = {
  in: "header",
  name: "Idempotency-Key",
  required: false,
  description: "1 to 255 visible ASCII characters; the same key gives the same batch again instead of a second one",
} as const;

export const CREATE_LINKS_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.create,
  id: "createLinksAsPerson",
  method: "post",
  path: BATCHES,
  parameters: [...ENVIRONMENT_PARAMETERS, IDEMPOTENCY_KEY],
  request: LINK_REQUESTS.create,
  answers: [ANSWERS.accepted],
  errors: writing(...CREATE_LINKS_ERRORS),
});

export const LIST_LINK_BATCHES_AS_PERSON = defineOperation({
  ...byViewer,
  ...LINK_TEXTS.batches,
  id: "listLinkBatchesAsPerson",
  method: "get",
  path: BATCHES,
  parameters: ENVIRONMENT_PARAMETERS,
  query: PAGE_QUERY,
  answers: [NAMED_BATCHES],
  errors: reading(),
});

export const GET_LINK_BATCH_AS_PERSON = defineOperation({
  ...byViewer,
  ...LINK_TEXTS.batch,
  id: "getLinkBatchAsPerson",
  method: "get",
  path: `${BATCHES}/{batch_id}`,
  parameters: [...ENVIRONMENT_PARAMETERS, BATCH_ID],
  answers: [NAMED_BATCH],
  errors: reading("link_batch_unknown"),
});

export const LIST_LINKS_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.links,
  id: "listLinksAsPerson",
  method: "get",
  path: `${BATCHES}/{batch_id}/links`,
  parameters: [...ENVIRONMENT_PARAMETERS, BATCH_ID],
  query: LINK_LIST_QUERY,
  answers: [ANSWERS.links],
  errors: reading("link_batch_unknown"),
});

export const EXPORT_LINKS_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.export,
  id: "exportLinksAsPerson",
  method: "get",
  path: `${BATCHES}/{batch_id}/export`,
  parameters: [...ENVIRONMENT_PARAMETERS, BATCH_ID],
  query: EXPORT_QUERY,
  answers: [ANSWERS.csv],
  errors: reading("link_batch_unknown", "link_batch_not_ready"),
});

export const PRINT_LINKS_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.sheet,
  id: "printLinksAsPerson",
  method: "get",
  path: `${BATCHES}/{batch_id}/sheet`,
  parameters: [...ENVIRONMENT_PARAMETERS, BATCH_ID],
  query: SHEET_QUERY,
  answers: [ANSWERS.pdf],
  errors: reading("link_batch_unknown", "link_batch_not_ready"),
});

export const WRITE_LINK_MESSAGE_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.message,
  id: "writeLinkMessageAsPerson",
  method: "post",
  path: `${BATCHES}/{batch_id}/message`,
  parameters: [...ENVIRONMENT_PARAMETERS, BATCH_ID],
  request: LINK_REQUESTS.message,
  answers: [ANSWERS.message],
  errors: writing("link_batch_unknown", "link_batch_not_ready", "link_message_invalid"),
});

export const REVOKE_LINKS_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.revokeAll,
  id: "revokeLinksAsPerson",
  method: "post",
  path: `${BATCHES}/{batch_id}/revoke`,
  parameters: [...ENVIRONMENT_PARAMETERS, BATCH_ID],
  answers: [ANSWERS.accepted],
  errors: writing("link_batch_unknown", "link_batch_not_ready"),
});

export const EXTEND_LINKS_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.extendAll,
  id: "extendLinksAsPerson",
  method: "post",
  path: `${BATCHES}/{batch_id}/extend`,
  parameters: [...ENVIRONMENT_PARAMETERS, BATCH_ID],
  request: LINK_REQUESTS.extend,
  answers: [ANSWERS.extended],
  errors: writing("link_batch_unknown", "link_batch_not_ready", "link_date_invalid", "link_not_extendable"),
});

export const REVOKE_LINK_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.revoke,
  id: "revokeLinkAsPerson",
  method: "post",
  path: `${LINKS}/{session_id}/revoke`,
  parameters: [...ENVIRONMENT_PARAMETERS, SESSION_ID],
  answers: [ANSWERS.link],
  errors: writing("session_unknown", "link_not_open"),
});

export const EXTEND_LINK_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.extend,
  id: "extendLinkAsPerson",
  method: "post",
  path: `${LINKS}/{session_id}/extend`,
  parameters: [...ENVIRONMENT_PARAMETERS, SESSION_ID],
  request: LINK_REQUESTS.extend,
  answers: [ANSWERS.link],
  errors: writing("session_unknown", "link_date_invalid", "link_not_extendable"),
});

export const REISSUE_LINK_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.reissue,
  id: "reissueLinkAsPerson",
  method: "post",
  path: `${LINKS}/{session_id}/reissue`,
  parameters: [...ENVIRONMENT_PARAMETERS, SESSION_ID],
  answers: [ANSWERS.link],
  errors: writing("session_unknown", "session_not_reopenable", "deployment_archived"),
});

export const DRAW_LINK_AS_PERSON = defineOperation({
  ...byAdmin,
  ...LINK_TEXTS.qr,
  id: "drawLinkAsPerson",
  method: "get",
  path: `${LINKS}/{session_id}/qr`,
  parameters: [...ENVIRONMENT_PARAMETERS, SESSION_ID],
  query: QR_QUERY,
  answers: [ANSWERS.image],
  errors: reading("session_unknown"),
});

export const LINK_PEOPLE_OPERATIONS: readonly Operation[] = [
  CREATE_LINKS_AS_PERSON,
  LIST_LINK_BATCHES_AS_PERSON,
  GET_LINK_BATCH_AS_PERSON,
  LIST_LINKS_AS_PERSON,
  EXPORT_LINKS_AS_PERSON,
  PRINT_LINKS_AS_PERSON,
  WRITE_LINK_MESSAGE_AS_PERSON,
  REVOKE_LINKS_AS_PERSON,
  EXTEND_LINKS_AS_PERSON,
  REVOKE_LINK_AS_PERSON,
  EXTEND_LINK_AS_PERSON,
  REISSUE_LINK_AS_PERSON,
  DRAW_LINK_AS_PERSON,
];

import type { ErrorCode } from "./errors.ts";
import { KEY_READ_ERRORS, KEY_WRITE_ERRORS } from "./guard-errors.ts";
import {
  ANSWERS,
  BATCH_ID,
  CREATE_LINKS_ERRORS,
  LINK_LIST_QUERY,
  LINK_REQUESTS,
  LINK_TEXTS,
  SESSION_ID,
} from "./links-parts.ts";
import { EXPORT_QUERY, QR_QUERY, SHEET_QUERY } from "./links-shapes.ts";
import { LINK_PEOPLE_OPERATIONS } from "./links-people-api.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { PAGE_QUERY } from "./paging.ts";

/** For the lender's server: the environment is the key's. */
const byKey = { tag: "links", auth: "api_key" } as const;
const BATCHES = "/v1/links-management/batches";
const LINKS = "/v1/links-management/links";
const reading = (...codes: readonly ErrorCode[]): readonly ErrorCode[] => [...KEY_READ_ERRORS, ...codes];
const writing = (...codes: readonly ErrorCode[]): readonly ErrorCode[] => [...KEY_WRITE_ERRORS, ...codes];

const IDEMPOTENCY_KEY = {
  in: "header",
  name: "Idempotency-Key",
  required: false,
  description: "1 to 255 visible ASCII characters; the same key gives the same batch again instead of a second one",
} as const;

export const CREATE_LINKS = defineOperation({
  ...byKey,
  ...LINK_TEXTS.create,
  id: "createLinks",
  method: "post",
  path: BATCHES,
  parameters: [IDEMPOTENCY_KEY],
  request: LINK_REQUESTS.create,
  answers: [ANSWERS.accepted],
  errors: writing(...CREATE_LINKS_ERRORS),
});

export const LIST_LINK_BATCHES = defineOperation({
  ...byKey,
  ...LINK_TEXTS.batches,
  id: "listLinkBatches",
  method: "get",
  path: BATCHES,
  parameters: [],
  query: PAGE_QUERY,
  answers: [ANSWERS.batches],
  errors: reading(),
});

export const GET_LINK_BATCH = defineOperation({
  ...byKey,
  ...LINK_TEXTS.batch,
  id: "getLinkBatch",
  method: "get",
  path: `${BATCHES}/{batch_id}`,
  parameters: [BATCH_ID],
  answers: [ANSWERS.batch],
  errors: reading("link_batch_unknown"),
});

export const LIST_LINKS = defineOperation({
  ...byKey,
  ...LINK_TEXTS.links,
  id: "listLinks",
  method: "get",
  path: `${BATCHES}/{batch_id}/links`,
  parameters: [BATCH_ID],
  query: LINK_LIST_QUERY,
  answers: [ANSWERS.links],
  errors: reading("link_batch_unknown"),
});

export const EXPORT_LINKS = defineOperation({
  ...byKey,
  ...LINK_TEXTS.export,
  id: "exportLinks",
  method: "get",
  path: `${BATCHES}/{batch_id}/export`,
  parameters: [BATCH_ID],
  query: EXPORT_QUERY,
  answers: [ANSWERS.csv],
  errors: reading("link_batch_unknown", "link_batch_not_ready"),
});

export const PRINT_LINKS = defineOperation({
  ...byKey,
  ...LINK_TEXTS.sheet,
  id: "printLinks",
  method: "get",
  path: `${BATCHES}/{batch_id}/sheet`,
  parameters: [BATCH_ID],
  query: SHEET_QUERY,
  answers: [ANSWERS.pdf],
  errors: reading("link_batch_unknown", "link_batch_not_ready"),
});

export const WRITE_LINK_MESSAGE = defineOperation({
  ...byKey,
  ...LINK_TEXTS.message,
  id: "writeLinkMessage",
  method: "post",
  path: `${BATCHES}/{batch_id}/message`,
  parameters: [BATCH_ID],
  request: LINK_REQUESTS.message,
  answers: [ANSWERS.message],
  errors: writing("link_batch_unknown", "link_batch_not_ready", "link_message_invalid"),
});

export const REVOKE_LINKS = defineOperation({
  ...byKey,
  ...LINK_TEXTS.revokeAll,
  id: "revokeLinks",
  method: "post",
  path: `${BATCHES}/{batch_id}/revoke`,
  parameters: [BATCH_ID],
  answers: [ANSWERS.accepted],
  errors: writing("link_batch_unknown", "link_batch_not_ready"),
});

export const EXTEND_LINKS = defineOperation({
  ...byKey,
  ...LINK_TEXTS.extendAll,
  id: "extendLinks",
  method: "post",
  path: `${BATCHES}/{batch_id}/extend`,
  parameters: [BATCH_ID],
  request: LINK_REQUESTS.extend,
  answers: [ANSWERS.extended],
  errors: writing("link_batch_unknown", "link_batch_not_ready", "link_date_invalid", "link_not_extendable"),
});

export const REVOKE_LINK = defineOperation({
  ...byKey,
  ...LINK_TEXTS.revoke,
  id: "revokeLink",
  method: "post",
  path: `${LINKS}/{session_id}/revoke`,
  parameters: [SESSION_ID],
  answers: [ANSWERS.link],
  errors: writing("session_unknown", "link_not_open"),
});

export const EXTEND_LINK = defineOperation({
  ...byKey,
  ...LINK_TEXTS.extend,
  id: "extendLink",
  method: "post",
  path: `${LINKS}/{session_id}/extend`,
  parameters: [SESSION_ID],
  request: LINK_REQUESTS.extend,
  answers: [ANSWERS.link],
  errors: writing("session_unknown", "link_date_invalid", "link_not_extendable"),
});

export const REISSUE_LINK = defineOperation({
  ...byKey,
  ...LINK_TEXTS.reissue,
  id: "reissueLink",
  method: "post",
  path: `${LINKS}/{session_id}/reissue`,
  parameters: [SESSION_ID],
  answers: [ANSWERS.link],
  errors: writing("session_unknown", "session_not_reopenable", "deployment_archived"),
});

export const DRAW_LINK = defineOperation({
  ...byKey,
  ...LINK_TEXTS.qr,
  id: "drawLink",
  method: "get",
  path: `${LINKS}/{session_id}/qr`,
  parameters: [SESSION_ID],
  query: QR_QUERY,
  answers: [ANSWERS.image],
  errors: reading("session_unknown"),
});

export const LINK_OPERATIONS: readonly Operation[] = [
  CREATE_LINKS,
  LIST_LINK_BATCHES,
  GET_LINK_BATCH,
  LIST_LINKS,
  EXPORT_LINKS,
  PRINT_LINKS,
  WRITE_LINK_MESSAGE,
  REVOKE_LINKS,
  EXTEND_LINKS,
  REVOKE_LINK,
  EXTEND_LINK,
  REISSUE_LINK,
  DRAW_LINK,
  ...LINK_PEOPLE_OPERATIONS,
];

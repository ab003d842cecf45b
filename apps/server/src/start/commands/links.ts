import type { Command } from "../command.ts";
import { linkCreate, linkExtend, linkList, linkReissue, linkRevoke, linkShow } from "./links-manage.ts";
import { linkExport, linkMessage, linkQr, linkSheet } from "./links-hand-out.ts";

export const linksCommands: readonly Command[] = [
  linkCreate,
  linkList,
  linkShow,
  linkRevoke,
  linkExtend,
  linkReissue,
  linkExport,
  linkSheet,
  linkQr,
  linkMessage,
];

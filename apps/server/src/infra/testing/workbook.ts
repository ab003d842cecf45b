import { inflateRawSync } from "node:zlib";

import { parse } from "csv-parse/sync";

/** Entries of a zip by its central directory (PKWARE APPNOTE 4.3.12), so that a cut-off file has none. */
export function readZip(bytes: Buffer): ReadonlyMap<string, string> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error("no end of a zip");
  const entries = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n -= 1) {
    const [size, nameLength] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const [extraLength, commentLength] = [bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32)];
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(start, start + size);
    entries.set(name, (bytes.readUInt16LE(at + 10) === 0 ? body : inflateRawSync(body)).toString());
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

/** Cells of every sheet as text: numbers as written, absent cells empty. Throws on a formula. */
export function readWorkbook(bytes: Buffer): readonly (readonly (readonly string[])[])[] {
  const entries = readZip(bytes);
  const sheets = [...(entries.get("xl/workbook.xml") ?? "").matchAll(/<sheet /g)].length;
  return Array.from({ length: sheets }, (_, index) => {
    const xml = entries.get(`xl/worksheets/sheet${index + 1}.xml`) ?? "";
    if (xml.includes("<f>")) throw new Error("a cell is a formula");
    return [...xml.matchAll(/<row>(.*?)<\/row>/gs)].map(([, row = ""]) =>
      [...row.matchAll(/<c\/>|<c( [^>]*)?>(?:<v>(.*?)<\/v>|<is><t[^>]*>(.*?)<\/t><\/is>)<\/c>/gs)].map(
        ([, , value, text]) => unescape(value ?? text ?? ""),
      ),
    );
  });
}

function unescape(xml: string): string {
  return xml.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

/** Rows of a CSV file as cells; throws where a row has more or fewer cells than the first. */
export function readCsv(bytes: Buffer): readonly (readonly string[])[] {
  return parse(bytes, { bom: true });
}

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState, type ReactNode } from "react";

import { addressOf } from "../../api/client.ts";
import { read } from "../../api/queries.ts";
import type { BodyOf } from "../../api/types.ts";
import { CopyButton } from "../../kit/copy.tsx";
import { SelectField, TextArea } from "../../kit/fields.tsx";
import { formatCount, formatNumber } from "../../kit/format.ts";
import { Icon } from "../../kit/icons.tsx";
import { Section } from "../../kit/page.tsx";
import { Loaded, Note } from "../../kit/states.tsx";
import { useBatchParams, type BatchDetail } from "./batch-params.ts";
import styles from "./links.module.css";

type Language = NonNullable<BodyOf<"WRITE_LINK_MESSAGE_AS_PERSON">["language"]>;

const LANGUAGES: readonly { readonly value: Language; readonly label: string }[] = [
  { value: "en", label: "English" },
  { value: "es", label: "Spanish" },
  { value: "pt", label: "Portuguese" },
  { value: "fr", label: "French" },
  { value: "id", label: "Indonesian" },
  { value: "sw", label: "Swahili" },
  { value: "hi", label: "Hindi" },
  { value: "ar", label: "Arabic" },
  { value: "th", label: "Thai" },
  { value: "vi", label: "Vietnamese" },
];

/** The lender sends the links, not Tallystick: as a file for an SMS gateway, as text to paste, as codes on paper. */
export function HandOut({ batch }: { readonly batch: BatchDetail }): ReactNode {
  const [channel, setChannel] = useState<"sms" | "whatsapp">("sms");
  const [language, setLanguage] = useState<Language>("en");
  const [text, setText] = useState("");
  return (
    <Section title="Hand out" lead="Tallystick sends nothing to applicants. Take the links to where you send from.">
      <div className="row ends">
        <SelectField
          label="By"
          value={channel}
          choices={[
            { value: "sms", label: "SMS" },
            { value: "whatsapp", label: "WhatsApp" },
          ]}
          onPick={setChannel}
        />
        <SelectField label="Language of the message" value={language} choices={LANGUAGES} onPick={setLanguage} />
      </div>
      <TextArea
        label="Your own text, if the template does not fit"
        hint="With {lender}, {link}, {minutes} and {until}; it needs {link}. Empty: the template."
        rows={3}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Message channel={channel} language={language} text={text} />
      <Files batch={batch} channel={channel} language={language} />
      {batch.created > 2000 && (
        <Note>A sheet holds the first 2 000 codes; the command line prints the others with --from.</Note>
      )}
    </Section>
  );
}

interface MessageProps {
  readonly channel: "sms" | "whatsapp";
  readonly language: Language;
  readonly text: string;
}

function Message({ channel, language, text }: MessageProps): ReactNode {
  const params = useBatchParams();
  const asked = useDeferredValue(text.trim());
  const message = useQuery(
    read("WRITE_LINK_MESSAGE_AS_PERSON", { params, body: { channel, language, ...(asked !== "" && { text: asked }) } }),
  );
  return (
    <Loaded of={message} what="the message" rows={1}>
      {({ example, template, direction, length }) => (
        <div className="stack">
          <p className={styles["message"]} dir={direction}>
            {example}
          </p>
          <div className="row">
            <CopyButton text={asked === "" ? template : asked} what="text with its places" />
            {channel === "sms" && (
              <span className="soft">
                {formatCount(length.segments, "SMS", "SMS")} for each person, {formatNumber(length.left)} characters
                left.
                {length.encoding === "ucs2" &&
                  length.forced_by.length > 0 &&
                  ` These letters make it longer: ${length.forced_by.join(" ")}`}
              </span>
            )}
          </div>
        </div>
      )}
    </Loaded>
  );
}

function Files({
  batch,
  channel,
  language,
}: Pick<MessageProps, "channel" | "language"> & { readonly batch: BatchDetail }): ReactNode {
  const params = useBatchParams();
  return (
    <div className="row">
      <a
        className="button"
        download={`${batch.name}.csv`}
        href={addressOf("EXPORT_LINKS_AS_PERSON", { params, query: { channel, language } })}
      >
        <Icon name="download" /> CSV with links and messages
      </a>
      <a
        className="button"
        download={`${batch.name}.pdf`}
        href={addressOf("PRINT_LINKS_AS_PERSON", { params, query: { paper: "a4" } })}
      >
        <Icon name="print" /> Sheet of QR codes, A4
      </a>
      <a
        className="button"
        download={`${batch.name}.pdf`}
        href={addressOf("PRINT_LINKS_AS_PERSON", { params, query: { paper: "letter" } })}
      >
        <Icon name="print" /> Sheet of QR codes, Letter
      </a>
    </div>
  );
}

import { useState, type ReactNode } from "react";

import { useAct } from "../../../api/queries.ts";
import { useCompanyId } from "../../../frame/company.ts";
import { Button } from "../../../kit/button.tsx";
import { Field } from "../../../kit/fields.tsx";
import { FailureNote } from "../../../kit/states.tsx";
import { say } from "../../../kit/toasts.tsx";
import { useSideParams, type Side } from "../use-deployment.ts";
import style from "./settings.module.css";
import { settingsOf } from "./use-settings-form.ts";

const TOUCHED = ["GET_DEPLOYMENT", "LIST_SETTING_CHANGES", "PREVIEW_COPY"] as const;
/** As the server has it; it judges the rest. */
const MAX_BYTES = { "image/png": 256 * 1024, "image/svg+xml": 64 * 1024 } as const;

/** Uploaded and taken away at once, unlike the fields around it: the server keeps what it made of the file. */
export function LogoField({ side }: { readonly side: Side }): ReactNode {
  const { isBusy, failure, problem, take, remove } = useLogo(side);
  const { logo } = settingsOf(side).brand;
  return (
    <div className={style["logo-field"]}>
      <Field
        label="Logo"
        hint="A PNG of at most 256 KiB and 1024 pixels on the longer side, or an SVG of at most 64 KiB. In force as soon as it is uploaded."
        error={problem}
      >
        {(described) => (
          <input
            {...described}
            type="file"
            accept="image/png,image/svg+xml"
            className="input"
            disabled={isBusy}
            onChange={(event) => {
              void take(event.target.files?.[0]);
              // The same file again, once it was mended, is a change too.
              event.target.value = "";
            }}
          />
        )}
      </Field>
      {logo !== null && (
        <p className="row">
          <LogoPicture logo={logo} />
          <Button isBusy={isBusy} onClick={() => void remove()}>
            Take the logo away
          </Button>
        </p>
      )}
      <FailureNote error={failure} />
    </div>
  );
}

function useLogo(side: Side) {
  const params = useSideParams(side);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const upload = useAct("UPLOAD_LOGO", TOUCHED);
  const change = useAct("CHANGE_SETTINGS", TOUCHED);
  const run = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
      say({ tone: "good", text: done });
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const wrong = problemOfFile(file);
    setProblem(wrong);
    if (wrong !== null) return;
    await run(
      async () => upload.mutateAsync({ params, body: { image: await base64Of(file) } }),
      "The logo is in force.",
    );
  };
  const remove = async (): Promise<void> =>
    run(
      async () => change.mutateAsync({ params, body: { settings: { brand: { logo: null } } } }),
      "The logo is taken away.",
    );
  return { isBusy, failure, problem, take, remove };
}

type Logo = NonNullable<ReturnType<typeof settingsOf>["brand"]["logo"]>;

function LogoPicture({ logo }: { readonly logo: Logo }): ReactNode {
  const companyId = useCompanyId();
  // The picture's own address; what it shows never changes.
  const url = `/brand/${companyId}/${logo.id}.${logo.format}`;
  return (
    <span className={style["logo"]}>
      <img src={url} width={logo.width} height={logo.height} alt="The logo in force" />
    </span>
  );
}

function problemOfFile({ type, size }: File): string | null {
  if (type !== "image/png" && type !== "image/svg+xml") return "Takes a PNG or an SVG file.";
  const most = MAX_BYTES[type];
  if (size <= most) return null;
  return `The file has ${String(Math.ceil(size / 1024))} KiB; it may have ${String(most / 1024)}.`;
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCodePoint(byte);
  return btoa(text);
}

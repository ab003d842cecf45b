import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const DELIVERY_ERRORS = {
  delivery_unknown: {
    status: 404,
    title: "This environment has no such delivery",
    mend: "Take the id from the list of deliveries of the same environment. Deliveries that retention removed are gone.",
  },
  replay_unknown: {
    status: 404,
    title: "This environment has no such replay",
    mend: "Take the id from the list of replays of the same environment.",
  },
  webhook_not_set: {
    status: 409,
    title: "No webhook URL is set",
    mend: "Set the webhook URL of the environment first, then send the request again.",
  },
  replay_running: {
    status: 409,
    title: "A replay of this environment is running",
    mend: "Wait until it is done, or cancel it. A single delivery can be replayed meanwhile.",
  },
  event_erased: {
    status: 409,
    title: "The event was erased",
    mend: "Its body was removed on purpose and can not be sent any more.",
  },
} as const satisfies ErrorTable;

export const DELIVERY_ERROR_EXAMPLES: ExampleTable<keyof typeof DELIVERY_ERRORS> = {
  delivery_unknown: { detail: "This environment has no delivery of this id." },
  replay_unknown: { detail: "This environment has no replay of this id." },
  webhook_not_set: { detail: "This environment has no webhook URL: there is nowhere to replay to. Set it first." },
  replay_running: {
    detail: "A replay of this environment is running (rpl_01k0000000000000000000000a). Wait for it, or cancel it.",
    extra: { replay_id: "rpl_01k0000000000000000000000a" },
  },
  event_erased: { detail: "The body of this event was erased; it can not be sent again." },
};

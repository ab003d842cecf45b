import { z } from "zod";

/** Beside an id such as `user:<id>`. The id is what counts: names change and can be the same. */
export const actorNameSchema = z
  .string()
  .nullable()
  .describe(
    "The person's name as it is now, or their address where they have none; `cli:<os user>` and `system` as they are. null: a key, or somebody who is not known any more",
  );

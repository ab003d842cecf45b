import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { read, readPages } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { useUidHash, writeUidHash } from "../../frame/uid-hash.ts";
import { Empty, Loaded, Loading } from "../../kit/states.tsx";
import { More } from "../../kit/table.tsx";
import { DeliveryTable } from "./delivery-table.tsx";
import { DeliveryFilters } from "./filters.tsx";
import type { Delivery } from "./words.ts";

const route = getRouteApi("/c/$companyId/webhooks");

/** While something is on its way. */
const POLL_MS = 5000;

interface LogProps {
  readonly environmentId: string;
}

export function DeliveryLog({ environmentId }: LogProps): ReactNode {
  const { session } = route.useSearch();
  const uid = useUidHash();
  return (
    <>
      <DeliveryFilters />
      {uid === undefined ? (
        <List environmentId={environmentId} sessionId={session} />
      ) : (
        <OfUid key={uid} uid={uid} environmentId={environmentId} />
      )}
    </>
  );
}

/** The list takes a uid only in its address, which is logged on the way: so its session is looked up first. */
function OfUid({ uid, environmentId }: LogProps & { readonly uid: string }): ReactNode {
  const companyId = useCompanyId();
  const found = useQuery(read("SEARCH_UIDS", { params: { company_id: companyId }, body: { q: uid, limit: 100 } }));
  if (found.data === undefined) {
    return (
      <Loaded of={found} what="the session of the uid">
        {() => <Loading />}
      </Loaded>
    );
  }
  const session = found.data.items.find((one) => one.uid === uid && one.place.environment_id === environmentId);
  if (session !== undefined) return <List environmentId={environmentId} sessionId={session.session_id} />;
  return (
    <Empty title="This environment has no session of this uid">
      <p>It may be in the other environment, or in another deployment.</p>
      <Link to="/c/$companyId/trace" params={{ companyId }} hash={writeUidHash(uid)} className="button primary">
        Look everywhere for it
      </Link>
    </Empty>
  );
}

function List({ environmentId, sessionId }: LogProps & { readonly sessionId: string | undefined }): ReactNode {
  const companyId = useCompanyId();
  const { state, type, from, to, delivery } = route.useSearch();
  const deliveries = useInfiniteQuery({
    ...readPages("LIST_DELIVERIES", {
      params: { company_id: companyId, environment_id: environmentId },
      query: { state, type, from, to, session_id: sessionId },
    }),
    // Only the newest page moves by itself; many pages would be read anew each time.
    refetchInterval: ({ state: { data } }) =>
      data?.pages.length === 1 && isMoving(data.pages[0]?.items) ? POLL_MS : false,
  });
  const isFiltered = [state, type, from, to, sessionId].some((value) => value !== undefined);
  return (
    <>
      <Loaded of={deliveries} what="the deliveries" rows={8}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return rows.length === 0 ? (
            <None isFiltered={isFiltered} />
          ) : (
            <DeliveryTable rows={rows} shownId={delivery} />
          );
        }}
      </Loaded>
      <More of={deliveries} />
    </>
  );
}

function isMoving(rows: readonly Delivery[] | undefined): boolean {
  return rows?.some(({ state }) => state === "pending") ?? false;
}

function None({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  return isFiltered ? (
    <Empty title="No delivery fits">
      <p>Take a filter away, or widen the time.</p>
    </Empty>
  ) : (
    <Empty title="Nothing was sent yet">
      <p>
        As soon as a webhook URL is set and somebody finishes, cancels or runs out of time, the event stands here. The
        sandbox makes one in a second: create a Test session with the uid SIM-LOWRISK-1.
      </p>
    </Empty>
  );
}

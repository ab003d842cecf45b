import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { Provider } from "oidc-provider";

/** A certified OpenID provider on loopback, where people sign in without a word. */
export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who sits at the browser; null declines. `claims` of the account, beside its subject. */
  person: { readonly subject: string; readonly claims: Readonly<Record<string, unknown>> } | null;
  /** Walks through the provider's pages as a browser does; where it sends the browser back to. */
  visit(url: string): Promise<URL>;
  close(): Promise<void>;
}

const CLIENT = { clientId: "tallystick", clientSecret: "a secret of the provider and the server" };

export async function startIdentityProvider(redirectUri: string, port = 0): Promise<IdentityProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const self: IdentityProvider = {
    issuer,
    ...CLIENT,
    person: null,
    visit: (url) => visit(url, redirectUri),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const provider = new Provider(issuer, configuration(redirectUri, self));
  const callback = provider.callback();
  handle = (request, response) => {
    const work = request.url?.startsWith("/interaction/")
      ? interact(provider, self, { request, response })
      : Promise.resolve(callback(request, response));
    work.catch((error: unknown) => response.writeHead(500).end(String(error)));
  };
  return self;
}

function configuration(redirectUri: string, self: IdentityProvider): object {
  const { clientId, clientSecret } = CLIENT;
  return {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    cookies: { keys: ["of this test"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, subject: string) => ({
      accountId: subject,
      claims: () => ({ sub: subject, ...self.person?.claims }),
    }),
  };
}

async function interact(
  provider: Provider,
  { person }: IdentityProvider,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (person === null) return provider.interactionFinished(request, response, { error: "access_denied" });
  if (prompt.name === "login") {
    return provider.interactionFinished(request, response, { login: { accountId: person.subject } });
  }
  const grant = new provider.Grant({ accountId: session?.accountId ?? person.subject, clientId: params.client_id });
  grant.addOIDCScope("openid email profile");
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

async function visit(start: string, redirectUri: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = new URL(start);
  for (let steps = 0; steps < 10; steps += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location === null) throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`);
    url = new URL(location, url);
    if (url.href.startsWith(redirectUri)) return url;
  }
  throw new Error("The provider goes round in circles.");
}

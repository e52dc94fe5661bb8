// The platform that runs at PLATFORM, over HTTP, as a channel and an operator use it.

export const ORIGIN = process.env['PLATFORM'] ?? '';

type Json = Record<string, unknown>;

async function ask<Answer>(method: string, path: string, token: string, body?: unknown): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const response = await fetch(ORIGIN + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : null) as Answer;
}

const local = <Answer>(path: string, body: unknown) => ask<Answer>('POST', `/_local/${path}`, '', body);

/** Comes back once nothing is runnable. */
export const rest = () => local('idle', {});
export const advance = (duration: string) => local('clock/advance', { duration });

export interface IssuedLink {
  id: string;
  url: string;
  token: string;
}

/** Who has every scope. */
export class Staff {
  readonly #token: string;

  private constructor(token: string) {
    this.#token = token;
  }

  static async logIn(): Promise<Staff> {
    return new Staff((await local<{ token: string }>('token', { scopes: ['*'] })).token);
  }

  async start(process: string, businessKey: string, variables: Json = {}): Promise<string> {
    const path = `/processes/${process}/instances`;
    const { id } = await ask<{ id: string }>('POST', path, this.#token, { businessKey, variables });
    await rest();
    return id;
  }

  issueLink(instanceId: string, expiresIn = 'P1D'): Promise<IssuedLink> {
    return ask('POST', '/caselinks', this.#token, { instanceId, expiresIn });
  }

  revokeLink(id: string): Promise<void> {
    return ask('DELETE', `/caselinks/${id}`, this.#token);
  }

  async variables(instanceId: string): Promise<Json> {
    return (await ask<{ variables: Json }>('GET', `/instances/${instanceId}`, this.#token)).variables;
  }

  /** Completes the one open task of the instance. */
  async complete(instanceId: string, variables: Json): Promise<void> {
    await rest();
    const { items } = await ask<{ items: { id: string }[] }>('GET', `/tasks?instanceId=${instanceId}`, this.#token);
    if (items.length !== 1) throw new Error(`${items.length} tasks are open`);
    await ask('POST', `/tasks/${items[0]?.id}/complete`, this.#token, { variables });
    await rest();
  }

  async publish(name: string, correlationKey: string): Promise<void> {
    await ask('POST', '/messages', this.#token, { name, correlationKey });
    await rest();
  }
}

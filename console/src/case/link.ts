// What a case link's token says for everybody to read (docs/decisions/0010): which case, and until when.

export interface CaseLink {
  token: string;
  instanceId: string;
  expiresAt: Date;
}

interface Payload {
  i?: unknown;
  e?: unknown;
}

function payloadOf(token: string): Payload | null {
  const [prefix, payload = ''] = token.split('.');
  if (prefix !== 'link') return null;
  try {
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as Payload;
  } catch {
    return null;
  }
}

/** Null for what is no case link, such as an address that was copied in part. */
export function readLink(token: string): CaseLink | null {
  const payload = payloadOf(token);
  if (typeof payload?.i !== 'string' || typeof payload.e !== 'number') return null;
  return { token, instanceId: payload.i, expiresAt: new Date(payload.e * 1000) };
}

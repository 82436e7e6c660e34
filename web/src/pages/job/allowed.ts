import type { Me } from '../../api/requests';
import type { JobDocument, Verb } from '../../api/types';

/** On a server that only shows, nothing can be done: the page says so at every button, before the server has to. */
export function allowed(doc: JobDocument, me: Me | undefined): JobDocument {
  if (!me?.read_only) return doc;
  const no = { ok: false, why: 'this server is read-only' };
  const verbs = Object.keys(doc.can) as Verb[];
  return { ...doc, can: Object.fromEntries(verbs.map((verb) => [verb, no])) as JobDocument['can'] };
}

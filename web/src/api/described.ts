// What the API's description says of an answer or a request, as it stands in the JSON.
import type { components } from './schema';

type Schemas = components['schemas'];

/**
 * One of the description's shapes. `Narrow` says more about some of its fields than the description does (the words that a text
 * can be); that it contradicts nothing is checked here.
 */
export type Described<Name extends keyof Schemas, Narrow extends Partial<Schemas[Name]> = object> = Omit<Schemas[Name], keyof Narrow> &
  Narrow;

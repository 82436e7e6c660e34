// What the API's description says of an answer or a request, by the name that it has there.
import type { components } from './schema';

export type Described<Name extends keyof components['schemas']> = components['schemas'][Name];

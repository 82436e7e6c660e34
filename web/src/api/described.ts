// What the API's description says of an answer or a request, as it stands in the JSON.
import type { components } from './schema';

type Schemas = components['schemas'];

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${Snake<Rest>}`
    : `_${Lowercase<First>}${Snake<Rest>}`
  : '';

// The description names fields as the server's code does and lets numbers be texts; the JSON has snake_case names and plain
// numbers. Of a description that says the same as the JSON, this changes nothing.
type Wire<T> = unknown extends T
  ? unknown
  : number extends T
    ? Exclude<T, string>
    : T extends readonly (infer Item)[]
      ? Wire<Item>[]
      : T extends object
        ? { [Key in keyof T as Key extends string ? (string extends Key ? Key : Snake<Key>) : Key]: Wire<T[Key]> }
        : T;

/**
 * One of the description's shapes. `Narrow` says more about some of its fields than the description does (the words that a text
 * can be); that it contradicts nothing is checked here.
 */
export type Described<Name extends keyof Schemas, Narrow extends Partial<Wire<Schemas[Name]>> = object> = Omit<
  Wire<Schemas[Name]>,
  keyof Narrow
> &
  Narrow;

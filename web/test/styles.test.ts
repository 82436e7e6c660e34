import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));

// A class that is written wrongly is no error anywhere: the element is drawn without it.
test('every class that a component takes from its style sheet is there', () => {
  const missing = files.flatMap((name) => {
    const path = join(source, name);
    const text = readFileSync(path, 'utf8');
    return [...text.matchAll(/^import (\w+) from '(\.[^']+\.module\.css)';$/gm)].flatMap(([, local = '', sheet = '']) => {
      const styles = readFileSync(resolve(dirname(path), sheet), 'utf8');
      const classes = new Set([...styles.matchAll(/\.([A-Za-z][\w-]*)/g)].map(([, one]) => one));
      return [...text.matchAll(new RegExp(`\\b${local}\\.(\\w+)`, 'g'))]
        .filter(([, one]) => one !== 'module' && !classes.has(one))
        .map(([, one]) => `${name}: ${one ?? ''}`);
    });
  });
  expect(missing).toEqual([]);
});

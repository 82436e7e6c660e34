import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test("the types are those of the API's description; if not: npm run types", () => {
  const check = () => execFileSync('npm', ['run', '--silent', 'types', '--', '--check'], { stdio: 'pipe' });
  expect(check).not.toThrow();
});

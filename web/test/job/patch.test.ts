import { describe, expect, test } from 'vitest';
import { hunksOf, withoutSpaceChanges } from '../../src/diff/patch';

const patch = `--- a/src/session.ts
+++ b/src/session.ts
@@ -10,4 +10,5 @@ export class Session {
   start() {
-    const limit = 300;
+    const limit = 3600;
+    this.touch();
   }
 }
@@ -40 +41 @@
-  end(){
+  end() {
\\ No newline at end of file
`;

describe('a unified diff', () => {
  test('has its line numbers on both sides', () => {
    const [first, second] = hunksOf(patch);
    expect(first?.header).toBe('export class Session {');
    expect(first?.rows.map(({ kind, before, after }) => [kind, before, after])).toEqual([
      ['context', 10, 10],
      ['removed', 11, null],
      ['added', null, 11],
      ['added', null, 12],
      ['context', 12, 13],
      ['context', 13, 14],
    ]);
    expect(second?.rows.map((row) => row.before ?? row.after)).toEqual([40, 41]);
    expect(second?.rows[1]?.noNewline).toBe(true);
  });

  test('marks the part of a replaced line that changed', () => {
    const row = hunksOf(patch)[1]?.rows[1];
    expect(row?.text.slice(...(row.changed ?? []))).toBe(' ');
  });

  test('shows a line whose white space alone changed as unchanged when that is asked for', () => {
    const [first, second] = hunksOf(patch).map(withoutSpaceChanges);
    expect(second?.rows).toMatchObject([{ kind: 'context', before: 40, after: 41 }]);
    expect(first?.rows).toHaveLength(6);
  });

  test('a line of the file that looks like a header stays a line', () => {
    const [hunk] = hunksOf('@@ -1,2 +1,2 @@\n---- old\n+--- new\n @@ -1 +1 @@ x\n');
    expect(hunk?.rows.map((row) => row.text)).toEqual(['--- old', '--- new', '@@ -1 +1 @@ x']);
  });
});

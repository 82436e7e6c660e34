// The lines that differ between two texts, as a unified diff. For prompts: some hundred lines, rarely some thousand.

const context = 3;
/** Texts that differ in more places than this are shown as one replaced by the other. */
const mostEdits = 2000;

interface Edit {
  sign: ' ' | '-' | '+';
  text: string;
}

export function lineDiff(before: string, after: string): string {
  const edits = editsOf(before.split('\n'), after.split('\n'));
  const changed = edits.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
  const hunks: string[] = [];
  for (let i = 0; i < changed.length;) {
    const first = Math.max(0, (changed[i] ?? 0) - context);
    let end = (changed[i] ?? 0) + 1;
    while (i < changed.length && (changed[i] ?? 0) <= end + 2 * context) end = (changed[i++] ?? 0) + 1;
    const last = Math.min(edits.length, end + context);
    const lines = (from: number, to: number, without: Edit['sign']) =>
      edits.slice(from, to).filter(({ sign }) => sign !== without).length;
    const range = (without: Edit['sign']) => `${lines(0, first, without) + 1},${lines(first, last, without)}`;
    hunks.push(`@@ -${range('+')} +${range('-')} @@`);
    for (const { sign, text } of edits.slice(first, last)) hunks.push(sign + text);
  }
  return hunks.join('\n');
}

/** The shortest way from one to the other (Myers): the furthest point on each diagonal, edit by edit. */
function editsOf(a: string[], b: string[]): Edit[] {
  const trail: Map<number, number>[] = [];
  const furthest = new Map([[1, 0]]);
  for (let edits = 0; edits <= Math.min(a.length + b.length, mostEdits); edits++) {
    trail.push(new Map(furthest));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0));
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trail);
    }
  }
  return [...a.map((text): Edit => ({ sign: '-', text })), ...b.map((text): Edit => ({ sign: '+', text }))];
}

function walkBack(a: string[], b: string[], trail: Map<number, number>[]): Edit[] {
  const edits: Edit[] = [];
  let x = a.length;
  let y = b.length;
  for (let step = trail.length - 1; step >= 0; step--) {
    const at = trail[step] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -step || (k !== step && (at.get(k - 1) ?? 0) < (at.get(k + 1) ?? 0));
    const fromX = at.get(down ? k + 1 : k - 1) ?? 0;
    const fromY = fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      edits.push({ sign: ' ', text: a[--x] ?? '' });
      y--;
    }
    if (step === 0) break;
    if (down) edits.push({ sign: '+', text: b[--y] ?? '' });
    else edits.push({ sign: '-', text: a[--x] ?? '' });
  }
  return edits.reverse();
}

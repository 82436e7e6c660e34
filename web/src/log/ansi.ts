// Terminal output as styled text. Only colours and weights are honoured; every other control sequence is dropped, as are
// characters that would reorder or hide what stands there (agent output is hostile).

export interface Style {
  color?: string;
  background?: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
}
export interface Span {
  text: string;
  style: Style;
}

// Control characters are what these expressions are about.
/* eslint-disable no-control-regex */
const sequences =
  /\u001b(?:\[([0-9;:?<=>]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])/g;
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/* eslint-enable no-control-regex */

/** A line without any control sequence: what a search looks at. */
export function plain(line: string): string {
  return overwritten(line).replace(sequences, '').replace(hidden, '');
}

/** The line's spans, and the style that is still on where it ends. */
export function spansOf(line: string, before: Style = {}): { spans: Span[]; after: Style } {
  const spans: Span[] = [];
  const text = overwritten(line);
  let style = before;
  let at = 0;
  const add = (piece: string) => {
    const shown = piece.replace(hidden, '');
    if (shown !== '') spans.push({ text: shown, style });
  };
  for (const match of text.matchAll(sequences)) {
    add(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') style = select(style, match[1] ?? '');
  }
  add(text.slice(at));
  return { spans, after: style };
}

/** What a terminal shows of a line that was overwritten in place, as progress bars do. */
function overwritten(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.slice(text.lastIndexOf('\r') + 1);
}

function select(before: Style, codes: string): Style {
  let style = { ...before };
  const numbers = codes.split(/[;:]/).map(Number);
  for (let i = 0; i < numbers.length; i++) {
    const code = numbers[i] ?? 0;
    if (code === 0) style = {};
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 3) style.italic = true;
    else if (code === 4) style.underline = true;
    else if (code === 22) style = without(style, 'bold', 'dim');
    else if (code === 23) style = without(style, 'italic');
    else if (code === 24) style = without(style, 'underline');
    else if (code >= 30 && code <= 37) style.color = named(code - 30);
    else if (code === 39) style = without(style, 'color');
    else if (code >= 40 && code <= 47) style.background = named(code - 40);
    else if (code === 49) style = without(style, 'background');
    else if (code >= 90 && code <= 97) style.color = named(code - 82);
    else if (code >= 100 && code <= 107) style.background = named(code - 92);
    else if (code === 38 || code === 48) {
      const [color, used] = extended(numbers.slice(i + 1));
      i += used;
      if (color) style[code === 38 ? 'color' : 'background'] = color;
    }
  }
  return style;
}

function without(style: Style, ...keys: (keyof Style)[]): Style {
  return Object.fromEntries(Object.entries(style).filter(([key]) => !keys.includes(key as keyof Style)));
}

/** The sixteen colours belong to the theme, so that they can be read in both. */
const named = (index: number) => `var(--log-${index})`;

function extended([kind, a = 0, b = 0, c = 0]: number[]): [string | undefined, number] {
  if (kind === 2) return [`rgb(${a} ${b} ${c})`, 4];
  if (kind !== 5) return [undefined, 1];
  if (a < 16) return [named(a), 2];
  if (a >= 232) return [grey(8 + (a - 232) * 10), 2];
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = a - 16;
  return [`rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`, 2];
}

const grey = (level: number) => `rgb(${level} ${level} ${level})`;

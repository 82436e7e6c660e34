import { Autocomplete, CloseButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Filter } from 'lucide-react';
import { useRef, useState } from 'react';
import { Keys } from '../../keyboard/HelpDialog';
import { useKey } from '../../keyboard/keys';
import { suggestionsFor } from './filter';

const typingMs = 200;

/** The one field that says which jobs are listed. It proposes how a word may go on, and what it says stands in the address. */
export function FilterField({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  // What this field asked for last. Another value in the address came from Back, a link or a view, and replaces what is typed here.
  const [asked, setAsked] = useState(q);
  if (q !== asked) {
    setAsked(q);
    setText(q);
  }
  const ask = (value: string) => {
    setAsked(value.trim());
    onChange(value.trim());
  };
  const typed = useDebouncedCallback(ask, typingMs);
  const suggestions = suggestionsFor(text);
  useKey('filter', () => field.current?.select());
  const change = (value: string, now = false) => {
    setText(value);
    if (now) ask(value);
    else typed(value);
  };
  return (
    <Autocomplete
      ref={field}
      className="toolbar-filter"
      aria-label="Filter jobs"
      placeholder="state:failed by:me since:7d, or a name"
      value={text}
      data={suggestions.map((one) => one.text)}
      // What fits is known already; the option is the whole text, what is drawn only its new word.
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const found = suggestions.find((one) => one.text === option.value);
        return (
          <span className="suggestion">
            <span className="mono">{found?.word}</span>
            <span className="dim">{found?.means}</span>
          </span>
        );
      }}
      onChange={(value) => change(value)}
      onOptionSubmit={(value) => change(value, true)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') ask(text);
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      comboboxProps={{ width: 300, position: 'bottom-end', shadow: 'md' }}
      leftSection={<Filter size={13} />}
      rightSectionWidth={28}
      rightSectionPointerEvents="all"
      rightSection={
        text === '' ? <Keys keys="/" /> : <CloseButton size="xs" aria-label="Clear the filter" onClick={() => change('', true)} />
      }
    />
  );
}

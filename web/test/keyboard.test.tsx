import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MantineProvider } from '@mantine/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HelpDialog } from '../src/keyboard/HelpDialog';
import { keymap, type KeyId } from '../src/keyboard/keymap';
import { onKeyDown, useKey } from '../src/keyboard/keys';
import { changeSettings, defaults } from '../src/settings/settings';

let pressed: string[] = [];
function Bound({ id, name = id, enabled = true }: { id: KeyId; name?: string; enabled?: boolean }) {
  useKey(id, (_, stroke) => pressed.push(`${name}:${stroke}`), enabled);
  return null;
}

beforeEach(() => {
  pressed = [];
  changeSettings(defaults);
  addEventListener('keydown', onKeyDown);
});
afterEach(() => removeEventListener('keydown', onKeyDown));

describe('keyboard', () => {
  test('two keys one after the other go somewhere, and the second alone does something else', async () => {
    render(
      <>
        <Bound id="go.jobs" />
        <Bound id="next" />
      </>,
    );
    const user = userEvent.setup();
    await user.keyboard('gj');
    await user.keyboard('j');
    expect(pressed).toEqual(['go.jobs:j', 'next:j']);
  });

  test('a key with Shift is another key', async () => {
    render(
      <>
        <Bound id="rerun" />
        <Bound id="reject" />
      </>,
    );
    const user = userEvent.setup();
    await user.keyboard('r{Shift>}R{/Shift}');
    expect(pressed).toEqual(['reject:r', 'rerun:Shift+R']);
  });

  test('whoever types in a field does not move the page, and the palette opens all the same', async () => {
    render(
      <>
        <Bound id="next" />
        <Bound id="palette" />
        <input aria-label="name" />
      </>,
    );
    const user = userEvent.setup();
    await user.click(screen.getByLabelText('name'));
    await user.keyboard('j{Control>}k{/Control}');
    expect(pressed).toEqual(['palette:mod+k']);
  });

  test('keys without a modifier can be turned off, arrows stay', async () => {
    changeSettings({ singleKeys: false });
    render(
      <>
        <Bound id="next" />
        <Bound id="palette" />
      </>,
    );
    await userEvent.setup().keyboard('j{ArrowDown}{Control>}k{/Control}');
    expect(pressed).toEqual(['next:ArrowDown', 'palette:mod+k']);
  });

  test('an open dialog keeps keys from the page behind it', async () => {
    render(
      <>
        <Bound id="next" />
        <div role="dialog" aria-modal="true" />
      </>,
    );
    await userEvent.setup().keyboard('j');
    expect(pressed).toEqual([]);
  });

  test('the youngest component that is enabled has the key, and it goes back when that one leaves', async () => {
    const user = userEvent.setup();
    const { rerender } = render(
      <>
        <Bound id="back" name="page" />
        <Bound id="back" name="drawer" />
      </>,
    );
    await user.keyboard('{Escape}');
    rerender(
      <>
        <Bound id="back" name="page" />
        <Bound id="back" name="drawer" enabled={false} />
      </>,
    );
    await user.keyboard('{Escape}');
    expect(pressed).toEqual(['drawer:Escape', 'page:Escape']);
  });

  test('the help lists every key of the map', () => {
    render(
      <MantineProvider env="test">
        <HelpDialog onClose={() => undefined} />
      </MantineProvider>,
    );
    for (const { does } of keymap) expect(screen.getByText(does)).toBeTruthy();
  });

  test('no two entries of one group share a key', () => {
    for (const group of new Set(keymap.map((entry) => entry.group))) {
      const keys = keymap
        .filter((entry) => entry.group === group || entry.group === 'Everywhere')
        .flatMap((entry) => [...entry.keys]);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { onKeyDown } from '../src/keyboard/keys';
import { changeSettings, defaults } from '../src/settings/settings';

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });

// The environment lays nothing out: without a size, a list made of windows shows no row.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { get: () => 600 },
  clientWidth: { get: () => 1200 },
});

// A text area that grows with its text waits for fonts, which the environment does not have.
Object.defineProperty(document, 'fonts', { value: new EventTarget() });

beforeEach(() => changeSettings(defaults));
afterEach(() => {
  cleanup();
  removeEventListener('keydown', onKeyDown);
});

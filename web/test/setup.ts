import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { onKeyDown } from '../src/keyboard/keys';
import { changeSettings, defaults } from '../src/settings/settings';

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

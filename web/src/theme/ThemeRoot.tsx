import { MantineProvider } from '@mantine/core';
import { useColorScheme, useMediaQuery } from '@mantine/hooks';
import { useLayoutEffect, type ReactNode } from 'react';
import { useSettings } from '../settings/settings';
import { resolver, theme } from './theme';

/** Chooses the colours: the person's theme, or what the system asks for (also its wishes for contrast and little motion). */
export function ThemeRoot({ children }: { children: ReactNode }) {
  const settings = useSettings();
  const system = useColorScheme('light', { getInitialValueInEffect: false });
  const still = useMediaQuery('(prefers-reduced-motion: reduce)', false, { getInitialValueInEffect: false });
  const contrast = useMediaQuery('(prefers-contrast: more)', false, { getInitialValueInEffect: false });
  const scheme = settings.theme === 'light' || settings.theme === 'dark' ? settings.theme : system;

  useLayoutEffect(() => {
    const root = document.documentElement.dataset;
    root.theme = scheme;
    root.contrast = settings.theme === 'contrast' || (settings.theme === 'system' && contrast) ? 'high' : 'normal';
    root.motion = settings.motion === 'reduced' || still ? 'reduced' : 'full';
    root.density = settings.density;
  }, [scheme, settings, still, contrast]);

  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolver} forceColorScheme={scheme}>
      {children}
    </MantineProvider>
  );
}

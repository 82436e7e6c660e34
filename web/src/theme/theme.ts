import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#e3f1f3',
  '#c3e1e6',
  '#9dd0d8',
  '#58bccb',
  '#3aa2b2',
  '#1f8798',
  '#147486',
  '#0d6677',
  '#0b5563',
  '#08424d',
];

// Mantine's own dark is a neutral grey; ours has a little of the accent in it, like every other surface.
const dark: MantineColorsTuple = [
  '#cfd9d9',
  '#b4c1c2',
  '#8fa0a2',
  '#6b7b7d',
  '#3b494b',
  '#263132',
  '#1c2526',
  '#151c1d',
  '#0f1516',
  '#0a0f10',
];

// A filled button takes the theme's own pair of colours: Mantine would put white on the light accent of the dark theme.
const variants: VariantColorsResolver = (input) => {
  const found = defaultVariantColorsResolver(input);
  const color = input.color ?? 'petrol';
  if (input.variant !== 'filled' || (color !== 'petrol' && color !== 'red')) return found;
  const background = color === 'red' ? 'var(--lg-fail)' : 'var(--lg-accent)';
  const hover = `color-mix(in srgb, ${background} 88%, var(--lg-ink))`;
  return { ...found, background, hover, color: color === 'red' ? 'var(--lg-surface)' : 'var(--lg-accent-ink)' };
};

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 3 },
  variantColorResolver: variants,
  colors: { petrol, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: 'var(--lg-mono)',
  defaultRadius: 'sm',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  headings: { fontWeight: '600' },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'sm' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Autocomplete: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    SegmentedControl: {
      defaultProps: { size: 'xs', withItemsBorders: false },
      styles: { root: { background: 'var(--lg-idle-soft)' }, label: { paddingInline: 12 } },
    },
    Tooltip: { defaultProps: { openDelay: 400, fz: 'xs', withArrow: true } },
    InputWrapper: { styles: { label: { fontWeight: 550, marginBottom: 2 }, description: { fontSize: 12, marginBottom: 4 } } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end', radius: 'sm' } },
    Modal: {
      defaultProps: { radius: 'md', yOffset: '10vh', closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: { fontSize: 15, fontWeight: 600, color: 'var(--lg-ink)' } },
    },
  },
});

const surfaces = {
  '--mantine-color-body': 'var(--lg-surface)',
  '--mantine-color-text': 'var(--lg-text)',
  '--mantine-color-dimmed': 'var(--lg-dim)',
  '--mantine-color-default': 'var(--lg-surface)',
  '--mantine-color-default-hover': 'var(--lg-hover)',
  '--mantine-color-default-color': 'var(--lg-text)',
  '--mantine-color-default-border': 'var(--lg-line-strong)',
  '--mantine-color-gray-4': 'var(--lg-control)',
  '--mantine-color-dark-4': 'var(--lg-control)',
  '--mantine-color-placeholder': 'var(--lg-dim)',
  '--mantine-color-anchor': 'var(--lg-accent)',
  '--mantine-color-error': 'var(--lg-fail)',
  '--mantine-color-petrol-filled': 'var(--lg-accent)',
  '--mantine-primary-color-contrast': 'var(--lg-accent-ink)',
};

/** Mantine's parts take the roles of tokens.css, so that one place says what a colour is. */
export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: surfaces, dark: surfaces });

// How the console looks: colours, type and the component defaults that keep text above AA contrast.
import {
  Alert,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#eef6f8',
  '#dbeaef',
  '#b6d3dd',
  '#8dbac9',
  '#67a4b8',
  '#4c95ac',
  '#37849d',
  '#1f6580',
  '#175068',
  '#0f3d51',
];

const slate: MantineColorsTuple = [
  '#f6f8fa',
  '#edf1f4',
  '#dfe5ea',
  '#cad3db',
  '#a7b4bf',
  '#7f8e9b',
  '#5c6b78',
  '#475461',
  '#2f3a45',
  '#17212b',
];

const teal: MantineColorsTuple = [
  '#e8f6f1',
  '#d8f0e7',
  '#b0e0cf',
  '#84cfb5',
  '#5cc2b0',
  '#3aa986',
  '#279673',
  '#1f8a6b',
  '#136b51',
  '#0b503c',
];

const orange: MantineColorsTuple = [
  '#fdf3e8',
  '#fde8d3',
  '#fad0a6',
  '#f5b272',
  '#ee9446',
  '#e07a24',
  '#d06713',
  '#c2570c',
  '#9c4409',
  '#7d3607',
];

const red: MantineColorsTuple = [
  '#fcefee',
  '#fadfdd',
  '#f3bcb8',
  '#ea938d',
  '#de6760',
  '#d0453e',
  '#c2312c',
  '#b42323',
  '#951b1b',
  '#771414',
];

/** Mantine's light variant sets mid-tone text on a pale ground, which is too faint to read. */
const variantColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  if (input.variant !== 'light' || !input.color) return colors;
  return { ...colors, color: `var(--mantine-color-${input.color}-9)` };
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--dpc-ground': slate[0],
    '--dpc-line': slate[2],
    '--dpc-ink': slate[9],
  },
  light: {
    '--mantine-color-text': slate[9],
    '--mantine-color-dimmed': slate[6],
    '--mantine-color-placeholder': slate[6],
    '--mantine-color-error': red[8],
    '--mantine-color-default-border': slate[3],
  },
  dark: {},
});

export const theme = createTheme({
  colors: { petrol, gray: slate, teal, orange, red },
  primaryColor: 'petrol',
  primaryShade: 7,
  variantColorResolver: variantColors,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  defaultRadius: 'md',
  headings: { fontWeight: '620' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Badge: { defaultProps: { variant: 'light', tt: 'none', fw: 560, radius: 'sm' } },
    Alert: Alert.extend({
      vars: (_, { color }) => ({
        root: {
          '--alert-bg': `var(--mantine-color-${color}-0)`,
          '--alert-bd': `1px solid var(--mantine-color-${color}-2)`,
        },
      }),
      defaultProps: { radius: 'lg' },
    }),
    Card: {
      defaultProps: { withBorder: true, radius: 'lg', padding: 'lg' },
      styles: { root: { borderColor: 'var(--dpc-line)' } },
    },
    Table: { defaultProps: { borderColor: 'var(--dpc-line)' } },
    Tabs: { styles: { tab: { fontWeight: 500 } } },
  },
});
